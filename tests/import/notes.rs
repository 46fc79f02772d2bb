//! Notes say where to look and what to do.

use std::path::Path;

use poolpass::import::{Note, Severity, Ties, read};

fn notes(text: &str, map: &[(&str, &str)]) -> Vec<Note> {
    let map = map.iter().map(|(theirs, ours)| ((*theirs).to_owned(), (*ours).to_owned())).collect();
    read(Path::new("a.yaml"), text, &Ties { map, create_missing: true, ..Ties::default() }).expect("an API").notes
}

/// The notes of this severity at least, with their lines.
fn warnings(text: &str, map: &[(&str, &str)]) -> Vec<String> {
    let all = notes(text, map).into_iter().filter(|note| note.severity > Severity::Notice);
    all.map(|note| format!("{}: {}", note.line.unwrap_or_default(), note.text)).collect()
}

#[test]
fn an_authorizer_that_is_not_declared_is_noted_at_the_first_route_that_asks_it() {
    let text = "openapi: 3.0.1\npaths:\n  /a:\n    get: {}\n    put: {security: [{Nowhere: []}]}\n  /b:\n    get: \
                {security: [{Nowhere: []}]}\n";
    assert_eq!(
        warnings(text, &[]),
        [
            "5: `Nowhere` is not declared in this file: its routes are closed, unless it is tied with `--map Nowhere=POOL`"
        ]
    );
}

#[test]
fn a_misspelled_authorizer_is_told_which_ones_are_declared() {
    let text = "openapi: 3.0.1
components:
  securitySchemes:
    cognito:
      type: apiKey
      x-amazon-apigateway-authorizer:
        type: cognito_user_pools
        providerARNs: ['arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_A']
paths: {/a: {get: {security: [{cognitoo: []}]}}}
";
    let told = "9: `cognitoo` is not declared in this file (declared are `cognito`): its routes are closed, unless it is \
                tied with `--map cognitoo=POOL`";
    assert_eq!(warnings(text, &[]), [told]);
    assert_eq!(
        warnings(text, &[("cognitoo", "us-east-1_A")]),
        ["9: `cognitoo` is not declared in this file"],
        "one that is tied is open to tokens"
    );
}

#[test]
fn what_may_be_about_routes_and_is_not_read_is_noted() {
    let text = "Resources:
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Target: x}}
  More: {Type: AWS::CloudFormation::Stack}
  Sam: {Type: AWS::Serverless::Application}
  Over: {Type: AWS::ApiGatewayV2::ApiGatewayManagedOverrides, Properties: {ApiId: !Ref Api}}
  Table: {Type: AWS::DynamoDB::Table}
";
    let expected = [
        "3: `More` is not read: what another template declares is not here",
        "4: `Sam` is not read: what another template declares is not here",
        "5: `Over` is not read: what it says of a route that `Target` makes is not here",
    ];
    assert_eq!(warnings(text, &[]), expected);
}

#[test]
fn a_key_in_another_case_says_nothing_and_is_noted() {
    let text = "openapi: 3.0.1\npaths: {/a: {get: {Security: [{Pool: []}]}}}\n";
    assert_eq!(warnings(text, &[]), ["2: `Security` says nothing: the key is `security`"]);
}

/// An HTTP API with a route, whose authorizer, kind and scope are these.
fn template(authorizer: &str, kind: &str, scope: &str, issuer: &str) -> String {
    format!(
        "Parameters: {{Given: {{Type: String}}}}
Conditions:
  U: !Equals [!Ref Given, x]
  Round: !Condition Round
Resources:
  Api: {{Type: AWS::ApiGatewayV2::Api}}
  Jwt:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties: {{ApiId: !Ref Api, AuthorizerType: JWT, JwtConfiguration: {{Issuer: {issuer}, Audience: [a]}}}}
  R:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: GET /a
      AuthorizationType: {kind}
      AuthorizerId: {authorizer}
      AuthorizationScopes: [{scope}]
"
    )
}

const ISSUER: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_A";

#[test]
fn advice_names_what_a_choice_depends_on() {
    let if_given = |one: &str, other: &str| format!("!If [U, {one}, {other}]");
    let scope = |scope: &str| warnings(&template("!Ref Jwt", "JWT", scope, ISSUER), &[]);
    let told = |value: &str, advice: &str| vec![format!("17: the scope `{value}` of `GET /a` cannot be told{advice}")];
    let depends = ": tie what it depends on with `--map Given=VALUE`";
    assert_eq!(scope(&if_given("a/b", "a/c")), told("${Fn::If}", depends));
    assert_eq!(scope("!Sub ['${x}/b', {x: !If [U, a, c]}]"), told("${Fn::If}/b", depends));
    assert_eq!(scope("!Select [0, !Split [',', !Ref Given]]"), told("${Fn::Split}", depends));
    assert_eq!(scope("!FindInMap [M, !Ref Given, b]"), told("${Fn::FindInMap}", depends));
    assert_eq!(scope("!Sub 'a/${Given}'"), told("a/${Given}", depends));
    assert_eq!(scope("!Ref Given"), told("${Given}", ": tie it with `--map Given=VALUE`"));
    assert_eq!(scope("!If [Round, a/b, a/c]"), told("${Fn::If}", ""), "nothing to tie");
    let kind = warnings(&template("!Ref Jwt", &if_given("JWT", "AWS_IAM"), "a/b", ISSUER), &[]);
    let closed = "10: who may use `GET /a` cannot be told: it is closed; tie `Given` with `--map Given=VALUE`";
    assert_eq!(kind, [closed]);
    let authorizer = warnings(&template(&if_given("!Ref Jwt", "!Ref Api"), "JWT", "a/b", ISSUER), &[]);
    assert_eq!(authorizer, [closed]);
    let issuer = warnings(&template("!Ref Jwt", "JWT", "a/b", &if_given(ISSUER, "x")), &[]);
    assert_eq!(
        issuer,
        [
            "7: `Jwt` leads to no pool of this server: its routes are closed".to_owned(),
            format!("9: `${{Fn::If}}` cannot be told{depends}")
        ]
    );
}

#[test]
fn all_that_is_to_be_tied_is_noted_at_once_where_it_stands() {
    let text = "Parameters: {Stage: {Type: String}, Who: {Type: String}}
Resources:
  Api: {Type: AWS::ApiGatewayV2::Api}
  Jwt:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Api
      AuthorizerType: JWT
      JwtConfiguration:
        Issuer: !Sub https://cognito-idp.us-east-1.amazonaws.com/${Stage}
        Audience:
          - !Ref Who
  R:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /a, AuthorizationType: JWT, AuthorizerId: !Ref Jwt}
";
    assert_eq!(
        warnings(text, &[]),
        [
            "4: `Jwt` accepts no audience that is known",
            "4: `Jwt` leads to no pool of this server: its routes are closed",
            "10: `https://cognito-idp.us-east-1.amazonaws.com/${Stage}` cannot be told: tie what it depends on with \
             `--map Stage=VALUE`",
            "12: the audience `${Who}` cannot be told: tie it with `--map Who=CLIENT`",
        ]
    );
}

#[test]
fn a_route_key_that_cannot_be_told_names_what_it_depends_on() {
    let text = "Parameters: {Stage: {Type: String}}
Resources:
  Api: {Type: AWS::ApiGatewayV2::Api}
  R:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: !Sub GET /${Stage}/c
";
    let error = read(Path::new("a.yaml"), text, &Ties::default()).expect_err("a key that cannot be told");
    assert_eq!(
        error.to_string(),
        "a.yaml:8: the `RouteKey` cannot be told: tie what it depends on with `--map Stage=VALUE`"
    );
}

#[test]
fn advice_that_is_followed_helps() {
    for (scope, issuer, map) in [
        ("!If [U, a/b, a/c]", ISSUER, ("Given", "x")),
        ("!Ref Given", ISSUER, ("Given", "a/b")),
        ("!FindInMap [M, a, b]", ISSUER, ("M.a.b", "a/b")),
        ("'{{resolve:ssm:/scope}}'", ISSUER, ("{{resolve:ssm:/scope}}", "a/b")),
        ("a/b", "!If [U, 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_A', x]", ("Given", "x")),
    ] {
        let text = template("!Ref Jwt", "JWT", scope, issuer);
        assert_ne!(warnings(&text, &[]), Vec::<String>::new());
        assert_eq!(warnings(&text, &[map]), Vec::<String>::new(), "{map:?}");
    }
}

#[test]
fn what_the_gateway_has_already_is_not_told_to_be_set() {
    let swagger = "swagger: '2.0'\npaths: {/a: {get: {}}}\nbasePath: /v1\nservers: []\n";
    let sam = "Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: dev}}
  Get:
    Type: AWS::Serverless::Function
    Properties: {Events: {A: {Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref Api}}}}
";
    let told = |text: &str, has_base_path: bool, has_stage: bool| {
        let ties = Ties { has_base_path, has_stage, ..Ties::default() };
        let notes = read(Path::new("a.yaml"), text, &ties).expect("an API").notes;
        notes.iter().filter(|note| note.text.contains("is not used: ")).count()
    };
    assert_eq!((told(swagger, false, true), told(swagger, true, false)), (2, 0));
    assert_eq!((told(sam, true, false), told(sam, false, true)), (1, 0));
}

#[test]
fn what_paths_begin_with_elsewhere_is_not_used() {
    for (text, line) in [
        ("swagger: '2.0'\npaths: {/a: {get: {}}}\nbasePath: /v1\n", Some(3)),
        ("swagger: '2.0'\npaths: {/a: {get: {}}}\nbasePath: /\n", None),
        ("openapi: 3.0.0\nservers:\n  - {url: 'https://api.example.com/v1'}\npaths: {/a: {get: {}}}\n", Some(3)),
    ] {
        let notices = notes(text, &[])
            .into_iter()
            .filter(|note| note.text.contains("set `base_path` under `gateways:` of a file for --config"));
        assert_eq!(notices.map(|note| note.line).collect::<Vec<_>>(), line.map(Some).into_iter().collect::<Vec<_>>());
    }
}
