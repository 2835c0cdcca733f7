//! Countries by their English names, as network maps have them.

use crate::graph::Country;

/// Names (ASCII letters only, lower case, ascending; names with other letters also without their marks) and codes of
/// ISO 3166-1, with former and everyday names; XK, which the standard leaves to its users, is Kosovo.
#[rustfmt::skip]
const NAMES: &[(&str, &str)] = &[
    ("afghanistan", "AF"), ("alandislands", "AX"), ("albania", "AL"), ("algeria", "DZ"), ("americansamoa", "AS"),
    ("andorra", "AD"), ("angola", "AO"), ("anguilla", "AI"), ("antarctica", "AQ"), ("antiguaandbarbuda", "AG"),
    ("argentina", "AR"), ("armenia", "AM"), ("aruba", "AW"), ("australia", "AU"), ("austria", "AT"), ("azerbaijan", "AZ"),
    ("bahamas", "BS"), ("bahrain", "BH"), ("bangladesh", "BD"), ("barbados", "BB"), ("belarus", "BY"), ("belgium", "BE"),
    ("belize", "BZ"), ("benin", "BJ"), ("bermuda", "BM"), ("bhutan", "BT"), ("bolivia", "BO"),
    ("bonairesainteustatiusandsaba", "BQ"), ("bosniaandherzegovina", "BA"), ("botswana", "BW"), ("bouvetisland", "BV"),
    ("brazil", "BR"), ("britishindianoceanterritory", "IO"), ("britishvirginislands", "VG"), ("brunei", "BN"),
    ("bulgaria", "BG"), ("burkinafaso", "BF"), ("burma", "MM"), ("burundi", "BI"), ("caboverde", "CV"), ("cambodia", "KH"),
    ("cameroon", "CM"), ("canada", "CA"), ("capeverde", "CV"), ("caymanislands", "KY"), ("centralafricanrepublic", "CF"),
    ("chad", "TD"), ("chile", "CL"), ("china", "CN"), ("christmasisland", "CX"), ("cocosislands", "CC"), ("colombia", "CO"),
    ("comoros", "KM"), ("cookislands", "CK"), ("costarica", "CR"), ("croatia", "HR"), ("cuba", "CU"), ("curacao", "CW"),
    ("cyprus", "CY"), ("czechia", "CZ"), ("czechrepublic", "CZ"), ("democraticrepublicofthecongo", "CD"), ("denmark", "DK"),
    ("djibouti", "DJ"), ("dominica", "DM"), ("dominicanrepublic", "DO"), ("easttimor", "TL"), ("ecuador", "EC"),
    ("egypt", "EG"), ("elsalvador", "SV"), ("equatorialguinea", "GQ"), ("eritrea", "ER"), ("estonia", "EE"),
    ("eswatini", "SZ"), ("ethiopia", "ET"), ("falklandislands", "FK"), ("faroeislands", "FO"), ("fiji", "FJ"),
    ("finland", "FI"), ("france", "FR"), ("frenchguiana", "GF"), ("frenchpolynesia", "PF"),
    ("frenchsouthernterritories", "TF"), ("gabon", "GA"), ("gambia", "GM"), ("georgia", "GE"), ("germany", "DE"),
    ("ghana", "GH"), ("gibraltar", "GI"), ("greatbritain", "GB"), ("greece", "GR"), ("greenland", "GL"), ("grenada", "GD"),
    ("guadeloupe", "GP"), ("guam", "GU"), ("guatemala", "GT"), ("guernsey", "GG"), ("guinea", "GN"), ("guineabissau", "GW"),
    ("guyana", "GY"), ("haiti", "HT"), ("heardislandandmcdonaldislands", "HM"), ("honduras", "HN"), ("hongkong", "HK"),
    ("hungary", "HU"), ("iceland", "IS"), ("india", "IN"), ("indonesia", "ID"), ("iran", "IR"), ("iraq", "IQ"),
    ("ireland", "IE"), ("isleofman", "IM"), ("israel", "IL"), ("italy", "IT"), ("ivorycoast", "CI"), ("jamaica", "JM"),
    ("japan", "JP"), ("jersey", "JE"), ("jordan", "JO"), ("kazakhstan", "KZ"), ("kenya", "KE"), ("kiribati", "KI"),
    ("korea", "KR"), ("kosovo", "XK"), ("kuwait", "KW"), ("kyrgyzstan", "KG"), ("laos", "LA"), ("latvia", "LV"),
    ("lebanon", "LB"), ("lesotho", "LS"), ("liberia", "LR"), ("libya", "LY"), ("liechtenstein", "LI"), ("lithuania", "LT"),
    ("luxembourg", "LU"), ("macao", "MO"), ("macau", "MO"), ("macedonia", "MK"), ("madagascar", "MG"), ("malawi", "MW"),
    ("malaysia", "MY"), ("maldives", "MV"), ("mali", "ML"), ("malta", "MT"), ("marshallislands", "MH"), ("martinique", "MQ"),
    ("mauritania", "MR"), ("mauritius", "MU"), ("mayotte", "YT"), ("mexico", "MX"), ("micronesia", "FM"), ("moldova", "MD"),
    ("monaco", "MC"), ("mongolia", "MN"), ("montenegro", "ME"), ("montserrat", "MS"), ("morocco", "MA"),
    ("mozambique", "MZ"), ("myanmar", "MM"), ("myanmarburma", "MM"), ("namibia", "NA"), ("nauru", "NR"), ("nepal", "NP"),
    ("netherlands", "NL"), ("netherlandsantilles", "AN"), ("newcaledonia", "NC"), ("newzealand", "NZ"), ("nicaragua", "NI"),
    ("niger", "NE"), ("nigeria", "NG"), ("niue", "NU"), ("norfolkisland", "NF"), ("northernmarianaislands", "MP"),
    ("northkorea", "KP"), ("northmacedonia", "MK"), ("norway", "NO"), ("oman", "OM"), ("pakistan", "PK"), ("palau", "PW"),
    ("palestine", "PS"), ("palestinianterritory", "PS"), ("panama", "PA"), ("papuanewguinea", "PG"), ("paraguay", "PY"),
    ("peru", "PE"), ("philippines", "PH"), ("pitcairn", "PN"), ("poland", "PL"), ("portugal", "PT"), ("puertorico", "PR"),
    ("qatar", "QA"), ("republicofthecongo", "CG"), ("reunion", "RE"), ("romania", "RO"), ("russia", "RU"),
    ("russianfederation", "RU"), ("rwanda", "RW"), ("saintbarthelemy", "BL"), ("sainthelena", "SH"),
    ("saintkittsandnevis", "KN"), ("saintlucia", "LC"), ("saintmartin", "MF"), ("saintpierreandmiquelon", "PM"),
    ("saintvincentandthegrenadines", "VC"), ("samoa", "WS"), ("sanmarino", "SM"), ("saotomeandprincipe", "ST"),
    ("saudiarabia", "SA"), ("senegal", "SN"), ("serbia", "RS"), ("serbiaandmontenegro", "CS"), ("seychelles", "SC"),
    ("sierraleone", "SL"), ("singapore", "SG"), ("sintmaarten", "SX"), ("slovakia", "SK"), ("slovenia", "SI"),
    ("solomonislands", "SB"), ("somalia", "SO"), ("southafrica", "ZA"), ("southgeorgiaandthesouthsandwichislands", "GS"),
    ("southkorea", "KR"), ("southsudan", "SS"), ("spain", "ES"), ("srilanka", "LK"), ("sudan", "SD"), ("suriname", "SR"),
    ("svalbardandjanmayen", "SJ"), ("swaziland", "SZ"), ("sweden", "SE"), ("switzerland", "CH"), ("syria", "SY"),
    ("taiwan", "TW"), ("tajikistan", "TJ"), ("tanzania", "TZ"), ("thailand", "TH"), ("thenetherlands", "NL"),
    ("timorleste", "TL"), ("togo", "TG"), ("tokelau", "TK"), ("tonga", "TO"), ("trinidadandtobago", "TT"), ("trkiye", "TR"),
    ("tunisia", "TN"), ("turkey", "TR"), ("turkiye", "TR"), ("turkmenistan", "TM"), ("turksandcaicosislands", "TC"),
    ("tuvalu", "TV"), ("uganda", "UG"), ("uk", "GB"), ("ukraine", "UA"), ("unitedarabemirates", "AE"),
    ("unitedkingdom", "GB"), ("unitedstates", "US"), ("unitedstatesminoroutlyingislands", "UM"),
    ("unitedstatesofamerica", "US"), ("uruguay", "UY"), ("usa", "US"), ("usvirginislands", "VI"), ("uzbekistan", "UZ"),
    ("vanuatu", "VU"), ("vatican", "VA"), ("venezuela", "VE"), ("vietnam", "VN"), ("wallisandfutuna", "WF"),
    ("westernsahara", "EH"), ("yemen", "YE"), ("zambia", "ZM"), ("zimbabwe", "ZW"),
];

/// The country of a code of two letters or of a name; blanks, marks and case do not count.
pub(crate) fn country(text: &str) -> Option<Country> {
    Country::new(text).or_else(|| named(text))
}

/// The country of a name.
pub(crate) fn named(text: &str) -> Option<Country> {
    let plain: String =
        text.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    let found = NAMES.binary_search_by_key(&plain.as_str(), |(name, _)| name).ok()?;
    Country::new(NAMES[found].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_countries_found() {
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(NAMES.iter().all(|(_, code)| Country::new(code).is_some()));
        let code = |text| country(text).map(|country| country.to_string());
        assert_eq!(code("United States").as_deref(), Some("US"));
        assert_eq!(code("CzechRepublic").as_deref(), Some("CZ"));
        assert_eq!(code("Hong+Kong").as_deref(), Some("HK"));
        assert_eq!(code("Myanmar [Burma]").as_deref(), Some("MM"));
        assert_eq!(code("no").as_deref(), Some("NO"));
        assert_eq!(code("Atlantis"), None);
        // A state of the United States is no country.
        assert_eq!(named("IN"), None);
    }
}
