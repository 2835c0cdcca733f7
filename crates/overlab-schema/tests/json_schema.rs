//! The shipped JSON Schema is the one that the types make, says something about every key, and fits the example.

use overlab_schema::{Document, Scenario, json_schema};
use serde_json::Value;
use std::path::PathBuf;

fn schema() -> Value {
    serde_json::from_str(&json_schema()).unwrap()
}

#[test]
fn the_shipped_file_is_current() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schema/scenario.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, json_schema()).unwrap();
    }
    let shipped = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert!(shipped == json_schema(), "schema/scenario.json is not current: run this test with UPDATE=1");
}

/// Calls `visit` with every schema within one, and its place.
fn each(schema: &Value, place: &str, visit: &mut dyn FnMut(&Value, &str)) {
    visit(schema, place);
    match schema {
        Value::Object(entries) => {
            entries.iter().for_each(|(key, value)| each(value, &format!("{place}/{key}"), visit));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| each(value, &format!("{place}/{index}"), visit));
        }
        _ => {}
    }
}

#[test]
fn every_key_is_documented_and_no_other_key_is_allowed() {
    let mut keys = 0;
    each(&schema(), "", &mut |schema, place| {
        let Some(Value::Object(properties)) = schema.get("properties") else { return };
        let choice = schema.get("required").and_then(Value::as_array).map_or(0, Vec::len) == 1
            && properties.len() == 1;
        assert_eq!(schema["additionalProperties"], Value::Bool(false), "{place} allows other keys");
        for (key, property) in properties {
            // A choice is documented beside its one key, a shared type at its definition.
            let documented =
                property.get("description").is_some() || (choice && schema.get("description").is_some());
            assert!(documented, "{place}: {key} is not documented: {schema}");
            keys += 1;
        }
    });
    assert!(keys > 80, "only {keys} keys were seen");
}

/// A key `file` that is not on the list would be neither found beside the scenario, nor hashed, nor freed of its folders.
#[test]
fn every_key_that_names_a_file_is_on_the_list() {
    let root = schema();
    let definitions = root["definitions"].as_object().unwrap();
    let named = definitions.iter().filter(|(_, schema)| schema.pointer("/properties/file").is_some());
    let references: Vec<String> = named.map(|(name, _)| format!("#/definitions/{name}")).collect();
    let mut keys = 0;
    each(&root, "", &mut |schema, _| {
        let reference = schema.get("$ref").and_then(Value::as_str);
        keys += usize::from(reference.is_some_and(|to| references.iter().any(|known| known == to)));
    });
    assert_eq!(keys, Scenario::FILE_PATHS.len());
}

/// The schema of a key by the pattern of its name: one certain name, or any that does not begin with a dollar.
fn by_pattern<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    let patterns = schema.get("patternProperties")?.as_object()?;
    let fits = |pattern: &str| match pattern {
        "^[^$]" => !key.starts_with('$'),
        certain => certain.replace('\\', "") == format!("^{key}$"),
    };
    patterns.iter().find(|(pattern, _)| fits(pattern)).map(|(_, schema)| schema)
}

/// Whether `value` fits `schema`, as far as types, keys, choices and constants go.
fn fits(root: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let pointer = reference.strip_prefix('#').unwrap();
        return fits(root, root.pointer(pointer).ok_or(format!("{reference} leads nowhere"))?, value);
    }
    for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        fits(root, part, value)?;
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(Value::Array(choices)) = schema.get(key) {
            let errors: Vec<_> =
                choices.iter().filter_map(|choice| fits(root, choice, value).err()).collect();
            if errors.len() == choices.len() {
                return Err(format!("{value} fits none of {}: {errors:?}", choices.len()));
            }
        }
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return Err(format!("{value} is not {}", schema["const"]));
    }
    if schema.get("enum").and_then(Value::as_array).is_some_and(|all| !all.contains(value)) {
        return Err(format!("{value} is not one of {}", schema["enum"]));
    }
    let named = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let right = |name: &Value| name == named || (name == "number" && named == "integer");
    let holds = match schema.get("type") {
        None => true,
        Some(Value::Array(names)) => names.iter().any(right),
        Some(name) => right(name),
    };
    if !holds {
        return Err(format!("{value} is not {}", schema["type"]));
    }
    for (key, item) in value.as_object().into_iter().flatten() {
        match (
            schema
                .get("properties")
                .and_then(|properties| properties.get(key))
                .or_else(|| by_pattern(schema, key)),
            schema.get("additionalProperties"),
        ) {
            (Some(inner), _) => fits(root, inner, item)?,
            (None, Some(Value::Bool(false))) => return Err(format!("{key} is not allowed")),
            (None, Some(inner)) if inner.is_object() => fits(root, inner, item)?,
            _ => {}
        }
    }
    for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        if value.is_object() && value.get(key.as_str().unwrap()).is_none() {
            return Err(format!("{key} is missing"));
        }
    }
    for (item, inner) in value.as_array().into_iter().flatten().zip(std::iter::repeat(schema.get("items"))) {
        inner.map_or(Ok(()), |inner| fits(root, inner, item))?;
    }
    Ok(())
}

#[test]
fn the_example_and_what_is_shown_of_it_fit() {
    let schema = schema();
    let example = include_str!("fixtures/quickstart.json");
    let shown = Document::parse("example", example).unwrap().scenario().unwrap().to_json();
    for text in [example, shown.as_str()] {
        assert_eq!(fits(&schema, &schema, &serde_json::from_str(text).unwrap()), Ok(()));
    }
    for (old, new) in
        [("\"seed\"", "\"sed\""), ("2000", "\"x\""), ("\"weibull\":", "\"weibul\":"), ("\"version\": 1,", "")]
    {
        let spoilt = serde_json::from_str(&example.replacen(old, new, 1)).unwrap();
        assert!(fits(&schema, &schema, &spoilt).is_err(), "{new} should not fit");
    }
}

#[test]
fn sweeps_of_every_kind_fit_and_no_others() {
    let schema = schema();
    let fits = |sweep: &str| {
        let sweep: Value = serde_json::from_str(sweep).unwrap();
        fits(&schema, &schema["definitions"]["Sweep"], &sweep)
    };
    let range = r#"{ "from": "1s", "to": "8s", "steps": 4, "scale": "log" }"#;
    let whole = format!(
        r#"{{ "peers.count": [10, 20], "time.measure": {range}, "$zip": [["a", "b"]], "$where": ["a < 3"] }}"#
    );
    assert_eq!(fits(&whole), Ok(()));
    for (old, new) in [
        ("$zip", "$zap"),
        ("[10, 20]", "7"),
        ("\"log\"", "\"cubic\""),
        ("steps", "stops"),
        ("[\"a\", \"b\"]", "\"a\""),
        ("\"a < 3\"", "3"),
    ] {
        assert!(fits(&whole.replace(old, new)).is_err(), "{new} should not fit");
    }
}
