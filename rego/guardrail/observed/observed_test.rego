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

test_dependents_are_told_with_one_line_of_them if {
	observed.dependents({"dependents": 12, "dependents_more": false, "chain": ["a.b", "c.d"]}) == "; 12 things stand on it (a.b → c.d)"
	observed.dependents({"dependents": 1, "dependents_more": false, "chain": ["a.b", "c.d"]}) == "; 1 thing stands on it (a.b → c.d)"
	observed.dependents({"dependents": 2, "dependents_more": true, "chain": ["a.b", "c.d"]}) == "; 2 or more things stand on it (a.b → c.d)"
	observed.dependents({"dependents": 0, "dependents_more": true, "chain": []}) == "; other things may stand on it"
	observed.dependents({"dependents": 0, "dependents_more": false, "chain": []}) == ""
}

test_dependents_of_one_instance_are_at_most_those_of_its_block if {
	every address in ["a.b[0]", "a.b[\"#1\"]", "module.m[\"#1\"].a.b"] {
		observed.dependents({"address": address, "dependents": 12, "dependents_more": false, "chain": [address, "c.d"]}) == sprintf("; up to 12 things stand on it (%s → c.d)", [address])
		observed.dependents({"address": address, "dependents": 1, "dependents_more": false, "chain": []}) == "; 1 thing may stand on it"
		observed.dependents({"address": address, "dependents": 2, "dependents_more": true, "chain": []}) == "; other things may stand on it"
		observed.dependents({"address": address, "dependents": 0, "dependents_more": false, "chain": []}) == ""
	}
}

test_undefined_dependents_hide_nothing if {
	observed.dependents({"dependents": 3}) == "; 3 things stand on it"
	observed.dependents({"dependents_more": true}) == "; other things may stand on it"
	every thing in [
		{},
		{"dependents": null},
		{"dependents": -1},
		{"chain": ["a.b", "c.d"]},
		{"dependents": 0, "chain": null},
	] {
		observed.dependents(thing) == ""
	}
}
