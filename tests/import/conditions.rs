//! Routes that exist only under a condition.

use std::path::Path;

use poolpass::domain::gateway::route::{Access, Closed};
use poolpass::import::{Imported, Severity, Ties, read};

fn imported(text: &str, map: &[(&str, &str)]) -> Imported {
    let map = map.iter().map(|(theirs, ours)| ((*theirs).to_owned(), (*ours).to_owned())).collect();
    read(Path::new("a.yaml"), text, &Ties { map, ..Ties::default() }).expect("an API")
}

/// The routes: open ones by their key alone.
fn routes(imported: &Imported) -> Vec<String> {
    let shown = imported.api.routes.iter().map(|route| match &route.access {
        Access::Open => route.key.to_string(),
        Access::Closed(Closed::Unresolved(name)) => format!("{} UNRESOLVED {name}", route.key),
        access => format!("{} {access:?}", route.key),
    });
    shown.collect()
}

/// A template with a route under the condition `U`, which is this.
fn http(condition: &str) -> String {
    format!(
        "Parameters:
  Given: {{Type: String}}
  Known: {{Type: String, Default: x}}
Conditions:
  V: !Or [!Equals [!Ref Known, y], !Not [!Equals [b, !Sub 'a${{Given}}']]]
  U: {condition}
Resources:
  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{ProtocolType: HTTP}}}}
  A:
    Type: AWS::ApiGatewayV2::Route
    Condition: U
    Properties: {{ApiId: !Ref Api, RouteKey: GET /a}}
  B: {{Type: AWS::ApiGatewayV2::Route, Properties: {{ApiId: !Ref Api, RouteKey: GET /b}}}}
"
    )
}

#[test]
fn a_route_of_which_it_cannot_be_told_whether_it_exists_is_closed() {
    for (condition, unknown) in [
        ("!Equals [!Ref Given, x]", "Given"),
        ("!Condition V", "Given"),
        ("!And [!Equals [!Ref Known, x], !Condition V]", "Given"),
        ("!Equals [!Ref AWS::StackName, x]", "AWS::StackName"),
    ] {
        let imported = imported(&http(condition), &[]);
        assert_eq!(routes(&imported), [format!("GET /a UNRESOLVED {unknown}"), "GET /b".to_owned()], "{condition}");
        let [note] = &imported.notes[..] else { panic!("{:?}", imported.notes) };
        let text = format!(
            "whether `GET /a` exists cannot be told: it is closed; tie `{unknown}`, on which its condition `U` depends, \
             with `--map {unknown}=VALUE`"
        );
        assert_eq!((note.line, note.severity, &note.text), (Some(9), Severity::Closes, &text));
    }
}

#[test]
fn a_condition_that_nothing_can_decide_closes_too() {
    for condition in ["!Condition U", "!Condition Missing", "x"] {
        let imported = imported(&http(condition), &[]);
        assert_eq!(routes(&imported), ["GET /a UNRESOLVED U", "GET /b"], "{condition}");
        let text = "whether `GET /a` exists cannot be told: it is closed; its condition is `U`";
        assert_eq!(imported.notes[0].text, text);
    }
}

#[test]
fn a_tie_decides_a_condition() {
    let text = http("!Equals [!Ref Given, x]");
    assert_eq!(routes(&imported(&text, &[("Given", "x")])), ["GET /a", "GET /b"]);
    assert_eq!(routes(&imported(&text, &[("Given", "y")])), ["GET /b"]);
}

#[test]
fn of_two_routes_under_contrary_conditions_one_stands_for_both() {
    let other = "  C:\n    Type: AWS::ApiGatewayV2::Route\n    Condition: N\n    Properties: {ApiId: !Ref Api, RouteKey: \
                 GET /a, AuthorizationType: AWS_IAM}\n";
    let text = http("!Equals [!Ref Given, x]\n  N: !Not [!Condition U]") + other;
    assert_eq!(routes(&imported(&text, &[])), ["GET /a UNRESOLVED Given", "GET /b"]);
    assert_eq!(routes(&imported(&text, &[("Given", "x")])), ["GET /a", "GET /b"]);
}

#[test]
fn methods_and_events_under_a_condition_are_closed_alike() {
    let begin = "Parameters: {Given: {Type: String}}\nConditions: {U: !Equals [!Ref Given, x]}\nResources:\n";
    let rest = "  Api: {Type: AWS::ApiGateway::RestApi}\n  M: {Type: AWS::ApiGateway::Method, Condition: U, Properties: \
                {HttpMethod: GET, ResourceId: !GetAtt Api.RootResourceId, AuthorizationType: NONE, RestApiId: !Ref Api}}\n";
    assert_eq!(routes(&imported(&format!("{begin}{rest}"), &[])), ["GET / UNRESOLVED Given"]);
    let sam = "  F: {Type: AWS::Serverless::Function, Condition: U, Properties: {Events: {A: {Type: Api, Properties: \
               {Path: /a, Method: get}}}}}\n";
    assert_eq!(routes(&imported(&format!("{begin}{sam}"), &[])), ["GET /a UNRESOLVED Given"]);
}
