package guardrail.observed_test

import data.guardrail.observed

test_only_churn_without_data_is_harmless if {
	observed.harmless({"benign": true, "data": false})
	every thing in [
		{"benign": true, "data": true},
		{"benign": false, "data": false},
		{"benign": "true", "data": false},
		{"benign": true, "data": "false"},
		{"benign": true},
		{"data": false},
		{},
	] {
		not observed.harmless(thing)
	}
}

test_undefined_data_counts_as_data if {
	observed.tier({"data": false}) == 2
	every thing in [{"data": true}, {"data": null}, {"data": "false"}, {}] {
		observed.tier(thing) == 3
	}
}

test_causes_are_told_in_their_order if {
	observed.because({"causes": ["b", "a"]}, "forced by ") == " (forced by b, a)"
	observed.because({"causes": []}, "forced by ") == ""
	observed.because({}, "forced by ") == ""
}
