//! Our tables against the public service model, and the engine against documents made from our tables.
//!
//! Give the model that an installed botocore carries (`…/botocore/data/cognito-idp/2016-04-18/service-2.json.gz`, or
//! the same decompressed) in `POOLPASS_BOTOCORE_MODEL`; without it the comparison compares nothing, and says so.

#[path = "support/model_documents.rs"]
mod model_documents;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use poolpass::control::model::{Bounds, Member, OperationModel, Shape, Text, operations};
use poolpass::control::operations as served;
use poolpass::control::validate::{Rejected, validate};
use serde_json::Value;

use self::model_documents::{SECRET, boundary_cases, fullest, smallest, withheld};

/// Where we mean to differ from the model, and why.
const INTENDED: &[(&str, &str)] = &[
    (
        "ExplicitAuthFlows[]: ours also takes ALLOW_CLIENT_TOKEN_AUTH",
        "GetClientToken is documented to need this flow, which the model's enum lacks",
    ),
    (
        "Domain: max is 63 in the model, none in ours",
        "63 characters are the limit of a prefix; the registry holds it, and 253 for a custom domain",
    ),
    (
        r"Domain: pattern is ^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$ in the model, none in ours",
        "the pattern is for prefixes, whose violation has a sentence of its own; custom domains have dots",
    ),
];

/// Signed in the model, although the documentation calls them with a client's id and secret and nothing else.
const PROVEN_BY_SECRET: &[&str] = &["GetClientToken"];

#[test]
fn our_tables_are_the_service_model() {
    let Some(model) = service_model() else {
        println!("POOLPASS_BOTOCORE_MODEL is not set: NOTHING WAS COMPARED with the service model");
        return;
    };
    let found: BTreeSet<String> = operations::all().flat_map(|operation| compare(&model, operation)).collect();
    let intended: BTreeSet<String> = INTENDED.iter().map(|(difference, _)| (*difference).to_owned()).collect();
    assert_eq!(found, intended);
}

#[test]
fn callers_sign_what_the_model_wants_signed() {
    let Some(model) = service_model() else {
        println!("POOLPASS_BOTOCORE_MODEL is not set: NOTHING WAS COMPARED with the service model");
        return;
    };
    let unsigned = |operation: &Value| elements(&operation["auth"]).any(|scheme| scheme == "smithy.api#noAuth");
    let wrong = served::all().filter(|ours| ours.signed == unsigned(at(at(&model, "operations"), ours.name)));
    let wrong: Vec<&str> = wrong.map(|ours| ours.name).filter(|name| !PROVEN_BY_SECRET.contains(name)).collect();
    assert_eq!(wrong, Vec::<&str>::new());
}

#[test]
fn the_smallest_and_the_fullest_document_of_every_operation_are_accepted_unchanged() {
    for operation in operations::all() {
        for document in [smallest(operation.input), fullest(operation.input)] {
            let kept = validate(operation.input, document.clone()).map(Value::Object);
            assert_eq!(kept, Ok(document), "{}", operation.name);
        }
    }
}

#[test]
fn every_constraint_lets_the_inside_pass_and_refuses_the_outside_in_its_words() {
    let mut held = 0;
    for operation in operations::all() {
        for case in boundary_cases(operation.input) {
            let kept = validate(operation.input, case.just_inside.clone()).map(Value::Object);
            assert_eq!(kept, Ok(case.just_inside.clone()), "{} {}", operation.name, case.constraint);
            match validate(operation.input, case.just_outside.clone()) {
                Err(Rejected::Constraints(message)) => {
                    assert!(case.explains(&message), "{}: {message}\nshould hold {}", operation.name, case.constraint);
                }
                other => panic!("{}: {} gave {other:?}", operation.name, case.constraint),
            }
            held += 1;
        }
    }
    // As many as when this was written; tables only grow.
    assert!(held >= 1440, "only {held} constraints were tried");
}

#[test]
fn a_withheld_value_is_in_no_message() {
    let mut tried = 0;
    for (operation, document) in operations::all().filter_map(|each| Some((each, withheld(each.input)?))) {
        match validate(operation.input, document) {
            Err(Rejected::Constraints(message)) => assert!(!message.contains(SECRET), "{}", operation.name),
            other => panic!("{} gave {other:?}", operation.name),
        }
        tried += 1;
    }
    assert!(tried >= 48, "only {tried} operations withhold something");
}

#[test]
fn operations_and_members_have_one_name_each() {
    let names: BTreeSet<&str> = operations::all().map(|operation| operation.name).collect();
    assert_eq!(names.len(), operations::all().count());
    for operation in operations::all() {
        let members: BTreeSet<&str> = operation.input.iter().map(|member| member.name).collect();
        assert_eq!(members.len(), operation.input.len(), "{}", operation.name);
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests are told by their caller where botocore is")]
fn service_model() -> Option<Value> {
    let path = std::env::var("POOLPASS_BOTOCORE_MODEL").ok().filter(|path| !path.is_empty())?;
    let mut file = File::open(&path).expect("POOLPASS_BOTOCORE_MODEL names a readable file");
    let mut text = String::new();
    let read = if Path::new(&path).extension().is_some_and(|extension| extension == "gz") {
        GzDecoder::new(file).read_to_string(&mut text)
    } else {
        file.read_to_string(&mut text)
    };
    read.expect("POOLPASS_BOTOCORE_MODEL is text, perhaps gzipped");
    Some(serde_json::from_str(&text).expect("POOLPASS_BOTOCORE_MODEL is a service model in JSON"))
}

/// All differences between an operation of ours and the model's.
fn compare(model: &Value, ours: &OperationModel) -> Vec<String> {
    let theirs = at(at(model, "operations"), ours.name);
    if theirs.is_null() {
        return vec![format!("{}: not in the model", ours.name)];
    }
    let declared: BTreeSet<&str> = elements(&theirs["errors"]).filter_map(|error| error["shape"].as_str()).collect();
    let errors: BTreeSet<&str> = ours.errors.iter().copied().collect();
    let mut found: Vec<String> =
        declared.symmetric_difference(&errors).map(|error| format!("{}: declares {error}?", ours.name)).collect();
    let input = shape_of(model, &theirs["input"]);
    // Members are named without their operation, so that an intended difference is listed once.
    found.extend(compare_members(model, input, ours.input, ""));
    found
}

fn compare_members(model: &Value, theirs: &Value, ours: &[Member], path: &str) -> Vec<String> {
    let named: BTreeSet<&str> =
        theirs["members"].as_object().into_iter().flat_map(|members| members.keys().map(String::as_str)).collect();
    let own: BTreeSet<&str> = ours.iter().map(|member| member.name).collect();
    let required: BTreeSet<&str> = elements(&theirs["required"]).filter_map(Value::as_str).collect();
    let mut found: Vec<String> =
        named.symmetric_difference(&own).map(|name| format!("{path}{name}: only one of us has it")).collect();
    for member in ours.iter().filter(|member| named.contains(member.name)) {
        let place = format!("{path}{}", member.name);
        if member.required != required.contains(member.name) {
            found.push(format!("{place}: required is {} in ours", member.required));
        }
        found.extend(compare_shape(model, at(&theirs["members"], member.name), member.shape, &place));
    }
    found
}

fn compare_shape(model: &Value, reference: &Value, ours: &Shape, path: &str) -> Vec<String> {
    let theirs = shape_of(model, reference);
    let kind = theirs["type"].as_str().unwrap_or_default();
    match (ours, kind) {
        (Shape::Choice(values), "string") => compare_enum(theirs, values, path),
        (Shape::Text(text), "string") if theirs["enum"].is_null() => compare_text(theirs, text, path),
        (Shape::Integer(bounds), "integer") => compare_bounds(theirs, *bounds, path),
        (Shape::Boolean, "boolean") => Vec::new(),
        (Shape::Structure(members), "structure") => compare_members(model, theirs, members, &format!("{path}.")),
        (Shape::List(size, element), "list") => {
            let mut found = compare_bounds(theirs, *size, path);
            found.extend(compare_shape(model, &theirs["member"], element, &format!("{path}[]")));
            found
        }
        (Shape::Map(size, key, value), "map") => {
            let mut found = compare_bounds(theirs, *size, path);
            let withheld = theirs["sensitive"].as_bool().unwrap_or_default();
            found.extend(compare_shape(
                model,
                &theirs["key"],
                &of_map(Shape::Text(*key), withheld),
                &format!("{path}{{key}}"),
            ));
            found.extend(compare_shape(model, &theirs["value"], &of_map(**value, withheld), &format!("{path}{{}}")));
            found
        }
        _ => vec![format!("{path}: a {kind} in the model, {ours:?} in ours")],
    }
}

/// What the model says of a key or a value in a map that it keeps out of messages as a whole.
///
/// Ours have that on the keys and the values; on the model's, which are plain strings, it would be a difference.
fn of_map(ours: Shape, withheld: bool) -> Shape {
    match ours {
        Shape::Text(text) if withheld => Shape::Text(Text { sensitive: !text.sensitive, ..text }),
        other => other,
    }
}

fn compare_text(theirs: &Value, ours: &Text, path: &str) -> Vec<String> {
    let mut found = compare_bounds(theirs, ours.length, path);
    if theirs["pattern"].as_str() != ours.pattern {
        let [model, own] = [theirs["pattern"].as_str(), ours.pattern].map(|pattern| pattern.unwrap_or("none"));
        found.push(format!("{path}: pattern is {model} in the model, {own} in ours"));
    }
    if theirs["sensitive"].as_bool().unwrap_or_default() != ours.sensitive {
        found.push(format!("{path}: sensitive is {} in ours", ours.sensitive));
    }
    found
}

fn compare_enum(theirs: &Value, ours: &[&str], path: &str) -> Vec<String> {
    let named: BTreeSet<&str> = elements(&theirs["enum"]).filter_map(Value::as_str).collect();
    let own: BTreeSet<&str> = ours.iter().copied().collect();
    let missing = named.difference(&own).map(|value| format!("{path}: ours lacks {value}"));
    missing.chain(own.difference(&named).map(|value| format!("{path}: ours also takes {value}"))).collect()
}

fn compare_bounds(theirs: &Value, ours: Bounds, path: &str) -> Vec<String> {
    let words = |bound: Option<i64>| bound.map_or("none".to_owned(), |bound| bound.to_string());
    [("min", ours.min), ("max", ours.max)]
        .into_iter()
        .filter(|(name, own)| theirs[name].as_i64() != *own)
        .map(|(name, own)| {
            format!("{path}: {name} is {} in the model, {} in ours", words(theirs[name].as_i64()), words(own))
        })
        .collect()
}

/// What a reference like `{"shape": "ArnType"}` stands for.
fn shape_of<'a>(model: &'a Value, reference: &Value) -> &'a Value {
    at(&model["shapes"], reference["shape"].as_str().unwrap_or_default())
}

/// A member, or null.
fn at<'a>(value: &'a Value, name: &str) -> &'a Value {
    static ABSENT: Value = Value::Null;
    value.get(name).unwrap_or(&ABSENT)
}

fn elements(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}
