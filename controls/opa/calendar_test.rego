package calendar_test

import data.calendar

test_days_are_counted_from_1970 if {
	calendar.day("1970-01-01") == 0
	calendar.day("1970-12-31") == 364
	calendar.day("2000-03-01") == 11017
	calendar.day("2026-11-21") == 20778
	calendar.day("0001-01-01") == -719162
	calendar.day("9999-12-31") == 2932896
}

test_leap_days_exist_in_leap_years_only if {
	calendar.day("2028-02-29") == calendar.day("2028-03-01") - 1
	calendar.day("2000-02-29") == calendar.day("2000-03-01") - 1
	not calendar.day("2026-02-29")
	not calendar.day("2100-02-29")
}

test_days_out_of_the_calendar_are_undefined if {
	every moment in ["2026-00-01", "2026-13-01", "2026-01-00", "2026-01-32", "2026-04-31", "2026-1-1", "", "soon"] {
		not calendar.day(moment)
		not calendar.ends(moment)
		not calendar.begins(moment)
	}
	every value in [null, false, 0, 20261121, ["2026-11-21"], {}] {
		not calendar.day(value)
	}
}

test_a_bare_day_begins_at_midnight_and_lasts_to_its_end if {
	calendar.begins("1970-01-02") == 86400000
	calendar.ends("1970-01-02") == 172799999
}

test_an_instant_is_itself if {
	calendar.ends("1970-01-01T01:02:03Z") == 3723000
	calendar.day("1970-01-02T23:59:59.999Z") == 1
	calendar.ends("1970-01-01T00:00:00.5Z") == 500
	calendar.ends("1970-01-01T00:00:00.05Z") == 50
	calendar.ends("1970-01-01T00:00:00.005Z") == 5
	calendar.begins("2026-11-21T00:00:00Z") == calendar.begins("2026-11-21")
}

test_times_out_of_the_day_are_undefined if {
	every time in ["24:00:00Z", "23:60:00Z", "23:59:60Z", "23:59:59", "23:59:59+01:00", "23:59:59.1234Z"] {
		not calendar.ends(concat("T", ["2026-11-21", time]))
		not calendar.day(concat("T", ["2026-11-21", time]))
	}
}

test_durations_are_compared_by_their_longest_length if {
	calendar.longest_days("P30D") == 30
	calendar.longest_days("P2W") == 14
	calendar.longest_days("P1Y6M") == 552
	calendar.longest_days("P0D") == 0
}

test_other_durations_are_undefined if {
	every duration in ["", "P", "30D", "P-1D", "PT1H", "P1.5Y", "P1D2M", "30 days", "P123456D"] {
		not calendar.longest_days(duration)
	}
	every value in [null, false, 30, ["P30D"], {}] {
		not calendar.longest_days(value)
	}
}
