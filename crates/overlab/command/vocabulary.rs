//! The words of a scenario, from the JSON Schema of its types: kinds of underlay, workload and churn.

use overlab_schema::scenario::json_schema;
use serde_json::{Map, Value, json};

/// The JSON Schema of scenarios.
#[derive(Debug)]
pub(super) struct Vocabulary {
    schema: Value,
}

/// One choice among several, such as a kind of underlay.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) name: String,
    pub(super) description: String,
    /// The schema of what stands behind the name.
    content: Value,
}

/// A key of an object in a scenario.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) description: String,
    pub(super) default: Option<Value>,
    pub(super) required: bool,
}

impl Vocabulary {
    pub(super) fn of_scenarios() -> Self {
        Self { schema: serde_json::from_str(&json_schema()).expect("our own schema is JSON") }
    }

    /// The words of an algorithm's parameters.
    pub(super) fn of(schema: Value) -> Self {
        Self { schema }
    }

    /// What can stand in `underlay`.
    pub(super) fn underlays(&self) -> Vec<Choice> {
        self.choices("Underlay")
    }

    /// What can stand in `workload`.
    pub(super) fn workloads(&self) -> Vec<Choice> {
        self.choices("Workload")
    }

    /// What can stand in `churn`: the laws of sessions and downtimes, and sessions from a file.
    pub(super) fn churn(&self) -> Vec<Choice> {
        let mut all = self.choices("SpanLaw");
        let trace = &self.schema["definitions"]["Churn"]["properties"]["trace"];
        all.push(Choice {
            name: "trace".to_owned(),
            description: text(&trace["description"]),
            content: self.resolved(trace).clone(),
        });
        all
    }

    /// The keys of a scenario that have objects or choices behind them.
    pub(super) fn keys(&self) -> Vec<Choice> {
        let properties = self.schema["properties"].as_object().into_iter().flatten();
        let key = |(name, property): (&String, &Value)| {
            let content = self.resolved(property);
            let told = content["properties"].is_object() || content["oneOf"].is_array();
            let description = text(&property["description"]);
            told.then(|| Choice { name: name.clone(), description, content: content.clone() })
        };
        properties.filter_map(key).collect()
    }

    fn choices(&self, definition: &str) -> Vec<Choice> {
        let choices = self.schema["definitions"][definition]["oneOf"].as_array();
        let choice = |choice: &Value| {
            let (name, content) = choice["properties"].as_object()?.iter().next()?;
            Some(Choice {
                name: name.clone(),
                description: text(&choice["description"]),
                content: self.resolved(content).clone(),
            })
        };
        choices.into_iter().flatten().filter_map(choice).collect()
    }

    /// The keys of what stands behind a choice.
    pub(super) fn fields(&self, choice: &Choice) -> Vec<Field> {
        self.fields_of(&choice.content)
    }

    /// The keys of the object that is the whole schema.
    pub(super) fn root_fields(&self) -> Vec<Field> {
        self.fields_of(&self.schema)
    }

    fn fields_of(&self, schema: &Value) -> Vec<Field> {
        if let Some(choices) = schema["oneOf"].as_array() {
            return choices.iter().map(|choice| self.alternative(choice)).collect();
        }
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = schema["properties"].as_object().into_iter().flatten();
        properties
            .map(|(name, property)| Field {
                name: name.clone(),
                kind: self.kind(property),
                description: text(&property["description"]),
                default: property.get("default").filter(|default| !default.is_null()).cloned(),
                required: required.contains(&name.as_str()),
            })
            .collect()
    }

    /// One of several things that may stand in a place: a word, or a key with something behind it.
    fn alternative(&self, choice: &Value) -> Field {
        let description = text(&choice["description"]);
        let (name, kind) = match choice["properties"].as_object().and_then(|keys| keys.iter().next()) {
            Some((name, content)) => (name.clone(), self.kind(content)),
            None => (choice["const"].to_string(), "word".to_owned()),
        };
        let kind = if kind.is_empty() { "object".to_owned() } else { kind };
        Field { name, kind, description, default: None, required: false }
    }

    /// An example of a choice: what it must have, and nothing else.
    pub(super) fn example(&self, choice: &Choice) -> Value {
        json!({ choice.name.clone(): self.example_of(&choice.content) })
    }

    fn example_of(&self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(choices) = schema["oneOf"].as_array() {
            return choices.first().map_or(Value::Null, |first| self.example_of(first));
        }
        if let Some(word) = schema.get("const") {
            return word.clone();
        }
        match schema["type"].as_str() {
            Some("string") if schema.get("pattern").is_some() => json!("30min"),
            Some("string") => json!("FILE"),
            // Inside every range there is: of shapes, tail exponents, standard deviations.
            Some("number") => json!(1.5),
            Some("integer") => json!(1),
            Some("boolean") => json!(true),
            _ => {
                let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let fields =
                    required.map(|name| (name.to_owned(), self.example_of(&schema["properties"][name])));
                Value::Object(fields.collect::<Map<String, Value>>())
            }
        }
    }

    /// The schema that stands behind references and alternatives to null.
    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            return self.resolved(&self.schema["definitions"][name]);
        }
        for alternatives in ["allOf", "anyOf"] {
            if let Some(parts) = schema[alternatives].as_array()
                && let Some(part) = parts.iter().find(|part| part["type"] != "null")
            {
                return self.resolved(part);
            }
        }
        schema
    }

    /// What may stand for a schema, in a few words.
    fn kind(&self, schema: &Value) -> String {
        let or_null = schema["anyOf"].as_array().into_iter().flatten().any(|part| part["type"] == "null");
        let schema = self.resolved(schema);
        let mut kinds = Vec::new();
        if let Some(choices) = schema["oneOf"].as_array() {
            for choice in choices {
                kinds.push(match (choice.get("const"), choice["properties"].as_object()) {
                    (Some(word), _) => word.to_string(),
                    (None, Some(keys)) => {
                        format!("{{ {:?}: ... }}", keys.keys().next().map_or("", String::as_str))
                    }
                    (None, None) => self.kind(choice),
                });
            }
        } else if let Some(words) = schema["enum"].as_array() {
            kinds.extend(words.iter().map(Value::to_string));
        } else {
            let types = match &schema["type"] {
                Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
                other => other.as_str().into_iter().collect::<Vec<_>>(),
            };
            kinds.extend(types.iter().map(|kind| match *kind {
                "string" if schema.get("pattern").is_some() => quantity(schema),
                "string" => "text".to_owned(),
                "integer" => "whole number".to_owned(),
                "boolean" => "true or false".to_owned(),
                other => other.to_owned(),
            }));
        }
        if or_null {
            kinds.push("null".to_owned());
        }
        kinds.join(" or ")
    }
}

/// A quantity's kind is the first clause of its description.
fn quantity(schema: &Value) -> String {
    let description = text(&schema["description"]);
    let first = description.split([':', ',']).next().unwrap_or_default();
    let first = first.split(" such as").next().unwrap_or_default();
    let words = first.trim_start_matches("A ").trim_end_matches('.').to_lowercase();
    if description.contains("\"never\"") { format!("{words} or \"never\"") } else { words }
}

/// A description as one line.
fn text(description: &Value) -> String {
    description.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}
