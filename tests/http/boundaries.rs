//! Every constraint of the model over the wire: just inside it is no constraint's business, just outside is refused in
//! its words.

use poolpass::control::operations;
use serde_json::{Value, json};

use crate::model_documents::{SECRET, boundary_cases, fullest, smallest, withheld};
use crate::server::{Connection, Reply, Server, at, control};

fn ask(connection: &mut Connection, operation: &str, input: &Value) -> Reply {
    connection.send(&control(operation, &input.to_string()));
    connection.reply().expect("the server answers")
}

/// The message of an `InvalidParameterException` about constraints, whose answer is otherwise as it must be.
fn violations(reply: &Reply) -> Option<String> {
    let message = at(&reply.json(), "/message").as_str()?.to_owned();
    let constraints = message.contains(" validation error") && message.contains(" detected: ");
    let body = json!({"__type": "InvalidParameterException", "message": message});
    let as_it_must = reply.status == "HTTP/1.1 400 Bad Request"
        && reply.header("x-amzn-errortype") == Some("InvalidParameterException:")
        && reply.header("content-type") == Some("application/x-amz-json-1.1")
        && reply.json() == body;
    (constraints && as_it_must).then_some(message)
}

/// Whether the request got past types and constraints: done, or refused for what exists or does not.
fn got_past_the_constraints(reply: &Reply) -> bool {
    match reply.code() {
        200 => true,
        400 => {
            let unreadable = reply.header("x-amzn-errortype") == Some("SerializationException:");
            violations(reply).is_none() && !unreadable && at(&reply.json(), "/message").is_string()
        }
        _ => false,
    }
}

#[test]
fn every_constraint_is_held_on_the_wire_and_no_more() {
    let server = Server::in_memory(&[]);
    let mut connection = server.connect();
    let (mut held, mut pools) = (0, 0);
    for operation in operations::all() {
        for case in boundary_cases(operation.input) {
            let outside = ask(&mut connection, operation.name, &case.just_outside);
            let message = violations(&outside).unwrap_or_default();
            let place = format!("{} {}", operation.name, case.constraint);
            assert!(case.explains(&message), "{place}\ngot {}", outside.whole());
            let inside = ask(&mut connection, operation.name, &case.just_inside);
            assert!(got_past_the_constraints(&inside), "{place}\ngot {}", inside.whole());
            pools += usize::from(operation.name == "CreateUserPool" && inside.code() == 200);
            held += 1;
        }
    }
    assert!(held >= 1440, "only {held} constraints were tried");
    // What was outside made nothing.
    assert_eq!(pools_of(&server), pools);
    assert!(pools > 0, "no pool was made, so nothing was counted");
}

#[test]
fn the_smallest_and_the_fullest_document_of_every_operation_get_past_the_constraints() {
    let server = Server::in_memory(&[]);
    let mut connection = server.connect();
    for operation in operations::all() {
        for document in [smallest(operation.input), fullest(operation.input)] {
            let reply = ask(&mut connection, operation.name, &document);
            assert!(got_past_the_constraints(&reply), "{} {document}\ngot {}", operation.name, reply.whole());
        }
    }
}

#[test]
fn a_withheld_value_is_never_sent_back() {
    let server = Server::in_memory(&[]);
    let mut connection = server.connect();
    let mut tried = 0;
    for (operation, document) in operations::all().filter_map(|each| Some((each, withheld(each.input)?))) {
        let reply = ask(&mut connection, operation.name, &document);
        assert!(violations(&reply).is_some(), "{}\ngot {}", operation.name, reply.whole());
        assert!(!reply.whole().contains(SECRET.trim()), "{}\ngot {}", operation.name, reply.whole());
        tried += 1;
    }
    assert!(tried >= 48, "only {tried} operations withhold something");
}

fn pools_of(server: &Server) -> usize {
    let (mut found, mut next) = (0, Value::Null);
    loop {
        let page = server.done("ListUserPools", &json!({"MaxResults": 60, "NextToken": next}));
        found += at(&page, "/UserPools").as_array().expect("a list").len();
        match at(&page, "/NextToken") {
            Value::Null => return found,
            token => next = token.clone(),
        }
    }
}
