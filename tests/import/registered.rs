//! Resource servers and clients that a template declares beside its API.

use std::path::Path;

use poolpass::import::{Imported, Severity, Ties, read};

/// An API whose method asks for these scopes, in a template with further resources.
fn template(scopes: &str, more: &str) -> String {
    format!(
        "Parameters: {{Stage: {{Type: String, Default: dev}}, Given: {{Type: String}}}}
Resources:
  Pool: {{Type: AWS::Cognito::UserPool}}
  Api: {{Type: AWS::ApiGateway::RestApi}}
  Pools: {{Type: AWS::ApiGateway::Authorizer, Properties: {{RestApiId: !Ref Api, Type: COGNITO_USER_POOLS, ProviderARNs: [!GetAtt Pool.Arn]}}}}
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: COGNITO_USER_POOLS
      AuthorizerId: !Ref Pools
      AuthorizationScopes:
        - openid
        - aws.cognito.signin.user.admin
        - {scopes}
{more}"
    )
}

const SERVER: &str = "  RS:
    Type: AWS::Cognito::UserPoolResourceServer
    Properties:
      UserPoolId: !Ref Pool
      Identifier: !Sub 'api-${Stage}'
      Scopes: [{ScopeName: read, ScopeDescription: r}, {ScopeName: !Sub '${Stage}', ScopeDescription: s}]
";

/// A client of the pool with these scopes.
fn client(name: &str, scopes: &str) -> String {
    format!(
        "  {name}: {{Type: AWS::Cognito::UserPoolClient, Properties: {{UserPoolId: !Ref Pool, AllowedOAuthScopes: {scopes}}}}}\n"
    )
}

fn imported(text: &str, map: &[(&str, &str)]) -> Imported {
    let map = map.iter().map(|(theirs, ours)| ((*theirs).to_owned(), (*ours).to_owned())).collect();
    read(Path::new("a.yaml"), text, &Ties { map, create_missing: true, ..Ties::default() }).expect("an API")
}

/// What is said of scopes, by line, and which are needed.
fn said(imported: &Imported) -> (Vec<String>, Vec<String>) {
    let warnings = imported.notes.iter().filter(|note| note.severity == Severity::Warning);
    let warnings = warnings.map(|note| format!("{}: {}", note.line.unwrap_or_default(), note.text)).collect();
    let pools = imported.needs.pools.iter().flat_map(|pool| &pool.scopes);
    (warnings, pools.map(|scope| scope.as_str().to_owned()).filter(|scope| scope.contains('/')).collect())
}

#[test]
fn a_scope_that_the_file_s_own_resource_server_lacks_is_told_and_not_created() {
    let undefined = |scope: &str| {
        vec![format!("17: `GET /` asks for `{scope}`, which the resource server `RS` of this file does not define")]
    };
    for (scopes, expected) in [
        ("!Sub '${RS}/read2'", (undefined("api-dev/read2"), vec![])),
        ("api-dev/read2", (undefined("api-dev/read2"), vec![])),
        ("!Sub '${RS}/read'", (vec![], vec!["api-dev/read".to_owned()])),
        ("api-dev/dev", (vec![], vec!["api-dev/dev".to_owned()])),
        ("other/read2", (vec![], vec!["other/read2".to_owned()])),
    ] {
        assert_eq!(said(&imported(&template(scopes, SERVER), &[])), expected, "{scopes}");
    }
    let tied = imported(&template("!Sub '${RS}/read2'", SERVER), &[("RS", "orders"), ("Pool", "us-east-1_Ours")]);
    assert_eq!(said(&tied), (undefined("orders/read2"), vec![]));
}

#[test]
fn a_resource_server_that_cannot_be_told_or_is_of_another_pool_says_nothing() {
    for (from, to) in [
        ("{ScopeName: read,", "{ScopeName: !Ref Given,"),
        ("Scopes: [{", "Scopes: !If [c, [], []] #"),
        ("UserPoolId: !Ref Pool", "UserPoolId: us-east-1_Another"),
        ("UserPoolId: !Ref Pool", "UserPoolId: !Ref Given"),
        ("!Sub 'api-${Stage}'", "!Sub 'api-${Given}'"),
    ] {
        assert!(SERVER.contains(from));
        let text = template("api-dev/read2", &SERVER.replace(from, to));
        assert_eq!(said(&imported(&text, &[])), (vec![], vec!["api-dev/read2".to_owned()]), "{to}");
    }
}

#[test]
fn a_scope_that_no_client_of_the_file_may_have_is_told() {
    let unattainable =
        |scope: &str, line: u64| format!("{line}: `GET /` asks for `{scope}`, which no client of this file may have");
    let both = vec![unattainable("openid", 15), unattainable("api-dev/read", 17)];
    for (clients, expected) in [
        (client("A", "[email]"), both.clone()),
        (client("A", "[openid, !Sub '${RS}/read']"), vec![]),
        (client("A", "[openid]") + &client("B", "[api-dev/read]"), vec![]),
        (client("A", "[openid]") + &client("B", "[!Ref Given]"), vec![]),
        (client("A", "[email]").replace("!Ref Pool", "us-east-1_Another"), vec![]),
        (client("A", "[]"), both),
        (String::new(), vec![]),
    ] {
        let text = template("!Sub '${RS}/read'", &format!("{SERVER}{clients}"));
        assert_eq!(said(&imported(&text, &[])), (expected, vec!["api-dev/read".to_owned()]), "{clients}");
    }
}
