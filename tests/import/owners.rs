//! To which API a route belongs: no route is left out because that is said in an unusual way.

use std::path::Path;

use poolpass::domain::gateway::route::{Access, Closed};
use poolpass::import::{Ties, read};

/// A template with an open `$default` and a protected `GET /admin`, which belongs to the API of this value.
fn http(api: &str) -> String {
    format!(
        "Parameters:
  Given: {{Type: String}}
  Known: {{Type: String, Default: abc}}
Resources:
  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{ProtocolType: HTTP}}}}
  Inner: {{Type: AWS::CloudFormation::Stack}}
  All: {{Type: AWS::ApiGatewayV2::Route, Properties: {{ApiId: !Ref Api, RouteKey: $default}}}}
  Admin:
    Type: AWS::ApiGatewayV2::Route
    Properties: {{AuthorizationType: AWS_IAM, RouteKey: GET /admin, {api}}}
Conditions: {{Untold: !Equals [!Ref Given, a]}}
"
    )
}

/// The routes, closed ones marked, or what is wrong.
fn routes(text: &str, map: &[(&str, &str)]) -> Result<Vec<String>, String> {
    let map = map.iter().map(|(theirs, ours)| ((*theirs).to_owned(), (*ours).to_owned())).collect();
    let imported =
        read(Path::new("a.yaml"), text, &Ties { map, ..Ties::default() }).map_err(|error| error.to_string())?;
    let shown = imported.api.routes.iter().map(|route| match &route.access {
        Access::Closed(Closed::Unsupported(_)) => format!("{} closed", route.key),
        _ => route.key.to_string(),
    });
    Ok(shown.collect())
}

#[test]
fn an_api_may_be_named_by_any_function_that_comes_to_it() {
    for api in [
        "!Ref Api",
        "!GetAtt Api.ApiId",
        "!Sub '${Api}'",
        "!Sub '${ Api.ApiId }'",
        "!Join ['', [!Ref Api]]",
        "!Join ['', [!Ref AWS::NoValue, !Sub '${Api}']]",
        "!Select [0, [!Ref Api]]",
        "!Select ['1', [!Ref All, !Join ['-', [!Ref Api]]]]",
        "!Sub ['${A}', {A: !Ref Api}]",
        "!Sub ['${Api}', {A: !Ref All}]",
    ] {
        let expected = Ok(vec!["$default".to_owned(), "GET /admin closed".to_owned()]);
        assert_eq!(routes(&http(&format!("ApiId: {api}")), &[]), expected, "{api}");
    }
}

#[test]
fn a_route_of_an_api_that_cannot_be_told_is_refused() {
    for (api, advice) in [
        ("ApiId: [!Ref Api]", ""),
        ("ApiId: !FindInMap [Apis, a, b]", ": tie it with `--map Apis.a.b=API`"),
        ("ApiId: !Transform {Name: Chosen}", ""),
        ("ApiId: !Join ['', [!Ref Api, !Ref AWS::StackName]]", ""),
        ("ApiId: !Select [!Ref Given, [!Ref Api]]", ""),
        ("ApiId: !Sub ['${A}', {A: !Transform {Name: Chosen}}]", ""),
        ("ApiId: !GetAtt Inner.Outputs.Api", ": tie it with `--map Inner.Outputs.Api=API`"),
        ("ApiId: '{{resolve:ssm:/api}}'", ": tie it with `--map {{resolve:ssm:/api}}=API`"),
        ("ApiId: !Ref AWS::NoValue", ""),
        (
            "ApiId: !Select [1, [!If [Untold, x, !Ref AWS::NoValue], a1b2c3, !Ref Api]]",
            ": tie what it depends on with `--map Given=VALUE`",
        ),
        ("ApiId: !Ref Nowhere", ": tie it with `--map Nowhere=API`"),
        ("Target: a", ""),
    ] {
        let problem = format!("a.yaml:8: which API `Admin` belongs to cannot be told{advice}");
        assert_eq!(routes(&http(api), &[]), Err(problem), "{api}");
    }
}

#[test]
fn a_route_of_another_api_is_left_out() {
    for api in ["a1b2c3", "!ImportValue Api", "!Ref Given", "!Ref Known", "!Sub '${Known}x'"] {
        let text = http(&format!("ApiId: {api}"));
        assert_eq!(routes(&text, &[]), Ok(vec!["$default".to_owned()]), "{api}");
        let notes = read(Path::new("a.yaml"), &text, &Ties::default()).unwrap().notes;
        let said = notes.iter().any(|note| {
            note.line == Some(8) && note.text == "`Admin` belongs to an API that is not in this file: it is left out"
        });
        assert!(said, "{api}: {notes:?}");
    }
}

#[test]
fn what_names_an_api_can_be_tied() {
    for (api, theirs) in [
        ("!GetAtt Inner.Outputs.Api", "Inner.Outputs.Api"),
        ("!Ref Given", "Given"),
        ("!ImportValue shared", "shared"),
        ("'{{resolve:ssm:/api}}'", "{{resolve:ssm:/api}}"),
        ("a1b2c3", "a1b2c3"),
    ] {
        let text = http(&format!("ApiId: {api}"));
        assert_eq!(routes(&text, &[(theirs, "Api")]).map(|routes| routes.len()), Ok(2), "{api}");
        assert_eq!(routes(&text, &[(theirs, "another")]).map(|routes| routes.len()), Ok(1), "{api}");
    }
}

#[test]
fn events_and_methods_name_their_api_as_plainly() {
    let sam = |api: &str| {
        let event = |path: &str, api: &str| {
            format!("{{Type: Api, Properties: {{Path: {path}, Method: get, Auth: {{Authorizer: AWS_IAM}}, {api}}}}}")
        };
        format!(
            "Resources:\n  Api: {{Type: AWS::Serverless::Api, Properties: {{StageName: a}}}}\n  F:\n    Type: \
             AWS::Serverless::Function\n    Properties:\n      Events:\n        A: {}\n        B: {}\n",
            event("/a", "RestApiId: !Ref Api"),
            event("/b", api),
        )
    };
    let both = Ok(vec!["GET /a closed".to_owned(), "GET /b closed".to_owned()]);
    assert_eq!(routes(&sam("RestApiId: !Join ['', [!Ref Api]]"), &[]), both);
    let unclear = Err("a.yaml:8: which API `B` belongs to cannot be told".to_owned());
    assert_eq!(routes(&sam("RestApiId: !Transform {Name: x}"), &[]), unclear);
    let rest = |api: &str| {
        format!(
            "Resources:\n  Api: {{Type: AWS::ApiGateway::RestApi}}\n  M:\n    Type: AWS::ApiGateway::Method\n    \
             Properties: {{HttpMethod: GET, ResourceId: !GetAtt Api.RootResourceId, AuthorizationType: AWS_IAM, \
             RestApiId: {api}}}\n"
        )
    };
    assert_eq!(routes(&rest("!Select [0, [!Ref Api]]"), &[]), Ok(vec!["GET / closed".to_owned()]));
    let unclear = Err("a.yaml:3: which API `M` belongs to cannot be told".to_owned());
    assert_eq!(routes(&rest("!Select [1, [!Ref Api]]"), &[]), unclear);
}

#[test]
fn what_is_added_to_a_template_from_elsewhere_is_not_left_out() {
    let template = |line: &str| {
        format!(
            "Resources:
  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{ProtocolType: HTTP}}}}
  All: {{Type: AWS::ApiGatewayV2::Route, Properties: {{ApiId: !Ref Api, RouteKey: $default}}}}
{line}
"
        )
    };
    for (line, problem) in [
        ("  Admin: {Fn::Transform: {Name: AWS::Include}}", "it cannot be told what `Admin` is"),
        ("  Admin: !If [A, {Type: AWS::ApiGatewayV2::Route}, !Ref AWS::NoValue]", "it cannot be told what `Admin` is"),
        ("  Admin: {Type: !Ref Kind}", "it cannot be told what `Admin` is"),
        ("Transform: {Name: AWS::Include}", "what this transform adds cannot be told"),
        ("Transform: [AWS::Serverless-2016-10-31, {Name: AWS::Include}]", "what this transform adds cannot be told"),
        ("Transform: Routes", "what this transform adds cannot be told"),
    ] {
        assert_eq!(routes(&template(line), &[]), Err(format!("a.yaml:4: {problem}")), "{line}");
    }
    let known = "Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions]";
    assert_eq!(routes(&template(known), &[]), Ok(vec!["$default".to_owned()]));
    let globals = |globals: &str| {
        let api = "Resources: {Api: {Type: AWS::Serverless::HttpApi}}";
        routes(&format!("Transform: AWS::Serverless-2016-10-31\nGlobals: {globals}\n{api}\n"), &[])
    };
    for all in ["{Fn::Transform: {Name: AWS::Include}}", "{HttpApi: {Fn::Transform: {Name: AWS::Include}}}"] {
        assert_eq!(globals(all), Err("a.yaml:2: what holds for every API cannot be told".to_owned()), "{all}");
    }
    let none = "a.yaml: the file declares no routes; if its API is defined in another file, import that one";
    assert_eq!(globals("{HttpApi: {Name: a}}"), Err(none.to_owned()));
}
