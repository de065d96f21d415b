# Civil dates as numbers. Policies have no clock and no time built-ins: those would have to be supplied by the host,
# and two hosts might not agree. Malformed text is undefined here, and callers turn undefined into a violation.
package calendar

milliseconds_per_day := 86400000

# Days since 1970-01-01, UTC, of the day that a moment lies in.
day(moment) := floor(begins(moment) / milliseconds_per_day)

# Milliseconds since 1970 of the first instant that a moment stands for: a bare day begins at midnight.
begins(moment) := written_day(moment) * milliseconds_per_day if count(moment) == 10

begins(moment) := instant(moment) if count(moment) != 10

# The last instant: a bare day lasts to its end.
ends(moment) := ((written_day(moment) + 1) * milliseconds_per_day) - 1 if count(moment) == 10

ends(moment) := instant(moment) if count(moment) != 10

# The longest that an ISO 8601 duration of calendar units can last. Durations are compared as such, never as text.
longest_days(duration) := days if {
	regex.match(`^P([0-9]{1,4}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,5}D)?$`, duration)
	parts := regex.find_all_string_submatch_n(`([0-9]+)([YMWD])`, duration, -1)
	count(parts) > 0
	days := sum([amount |
		some part in parts
		amount := digits(part[1], 0, count(part[1])) * {"Y": 366, "M": 31, "W": 7, "D": 1}[part[2]]
	])
}

# The day that a moment is written with; its time of day is not looked at.
written_day(moment) := number if {
	regex.match(`^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,3})?Z)?$`, moment)
	year := digits(moment, 0, 4)
	month := digits(moment, 5, 2)
	date := digits(moment, 8, 2)
	date >= 1
	date <= days_in_month(year, month)
	number := ((days_before_year(year) + days_before_month(year, month)) + date) - 719163
}

instant(moment) := milliseconds if {
	hours := digits(moment, 11, 2)
	minutes := digits(moment, 14, 2)
	seconds := digits(moment, 17, 2)
	hours < 24
	minutes < 60
	seconds < 60
	of_day := ((((hours * 60) + minutes) * 60) + seconds) * 1000
	milliseconds := ((written_day(moment) * milliseconds_per_day) + of_day) + fraction(moment)
}

# `.5` is half a second: padded to three digits on the right.
fraction(moment) := 0 if count(moment) == 20

fraction(moment) := digits(padded, 0, 3) if {
	count(moment) > 20
	padded := substring(concat("", [trim_suffix(substring(moment, 20, -1), "Z"), "00"]), 0, 3)
}

# Not every runtime reads "08" as a number, but all read "108".
digits(text, start, length) := to_number(concat("", ["1", substring(text, start, length)])) - power_of_ten[length]

power_of_ten := [1, 10, 100, 1000, 10000, 100000]

days_before_year(year) := (((365 * past) + floor(past / 4)) - floor(past / 100)) + floor(past / 400) if past := year - 1

days_before_month(year, month) := sum([days_in_month(year, earlier) |
	month > 1
	some earlier in numbers.range(1, month - 1)
])

days_in_month(_, month) := 31 if month in {1, 3, 5, 7, 8, 10, 12}

days_in_month(_, month) := 30 if month in {4, 6, 9, 11}

days_in_month(year, 2) := 29 if leap(year)

days_in_month(year, 2) := 28 if not leap(year)

leap(year) if {
	year % 4 == 0
	year % 100 != 0
}

leap(year) if year % 400 == 0
