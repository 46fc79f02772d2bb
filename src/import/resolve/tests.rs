//! What functions come to.

use super::*;
use crate::import::document;

const TEMPLATE: &str = "
Parameters:
  Stage: {Type: String, Default: dev}
  Given: {Type: String}
  Looked: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b}
  Several: {Type: CommaDelimitedList, Default: 'a, b,'}
Mappings: {M: {dev: {Host: h}}}
Conditions:
  yes: !Equals [!Ref Stage, dev]
  no: !Not [!Condition yes]
  open: !Equals [!Ref Given, x]
  both: !And [!Condition yes, !Condition open]
  none: !And [!Condition no, !Condition open]
  one: !Or [!Condition yes, !Condition open]
Resources:
  Pool: {Type: AWS::Cognito::UserPool}
  Client: {Type: AWS::Cognito::UserPoolClient}
  Server: {Type: AWS::Cognito::UserPoolResourceServer, Properties: {Identifier: !Sub 'https://${Stage}'}}
  Table: {Type: AWS::DynamoDB::Table}
";

/// What an expression comes to in the template, with these ties.
fn text(expression: &str, map: &[(&str, &str)]) -> String {
    let root = document::read(TEMPLATE).unwrap();
    let map = map.iter().map(|(theirs, ours)| ((*theirs).to_owned(), (*ours).to_owned())).collect();
    let ties = Ties { map, ..Ties::default() };
    let texts = Resolver::new(&root, &ties).list(&document::read(expression).unwrap());
    let shown = texts.iter().map(|text| if text.is_known() { text.value.clone() } else { format!("?{}", text.value) });
    shown.collect::<Vec<_>>().join("|")
}

#[test]
fn functions_come_to_texts() {
    for (expression, expected) in [
        ("!Ref Stage", "dev"),
        ("!Sub '${Stage}-${!Stage}-${AWS::Region}'", "dev-${Stage}-us-east-1"),
        ("!Sub ['${a}/${Server}', {a: !Ref Stage}]", "dev/https://dev"),
        ("!Join ['/', [a, !Ref Stage, c]]", "a/dev/c"),
        ("{'Fn::Join': ['', !Ref Several]}", "ab"),
        ("!Ref Pool", "us-east-1_Pool"),
        ("!GetAtt Pool.Arn", "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Pool"),
        ("!GetAtt [Pool, ProviderURL]", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool"),
        ("!Sub '${Pool.ProviderName}'", "cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool"),
        ("!GetAtt Client.ClientId", "Client"),
        ("!Sub '${Server}/read'", "https://dev/read"),
        ("!FindInMap [M, !Ref Stage, Host]", "h"),
        ("!Select [1, !Split [',', 'a,b']]", "b"),
        ("!Ref Several", "a|b"),
        ("!Split [',', !Sub '${Stage},x']", "dev|x"),
        ("[a, !Ref AWS::NoValue, !If [no, b, c]]", "a|c"),
        ("!If [yes, [a, b], [c]]", "a|b"),
        ("!If [one, a, b]", "a"),
        ("!If [none, a, b]", "b"),
    ] {
        assert_eq!(text(expression, &[]), expected, "{expression}");
    }
}

#[test]
fn what_cannot_be_told_stands_there_by_name() {
    for (expression, expected) in [
        ("!Ref Given", "?${Given}"),
        ("!Ref Looked", "?${Looked}"),
        ("!Sub 'a/${Given}/${Stage}'", "?a/${Given}/dev"),
        ("!Join ['/', [a, !Ref Given]]", "?a/${Given}"),
        ("!Ref Table", "?${Table}"),
        ("!GetAtt Table.Arn", "?${Table.Arn}"),
        ("!GetAtt Stack.Outputs.PoolArn", "?${Stack.Outputs.PoolArn}"),
        ("!ImportValue exported", "?${exported}"),
        ("!FindInMap [M, live, Host]", "?${M.live.Host}"),
        ("!Select [7, [a]]", "?${Fn::Select}"),
        ("!If [open, a, b]", "?${Fn::If}"),
        ("!If [both, [], []]", "?${Fn::If}"),
        ("!If [missing, a, b]", "?${Fn::If}"),
        ("!Frobnicate x", "?${Fn::Frobnicate}"),
        ("'{{resolve:ssm:/a}}'", "?{{resolve:ssm:/a}}"),
        ("'arn:${stageVariables.pool}'", "?arn:${stageVariables.pool}"),
        ("{a: 1, b: 2}", "?${a map where a text should be}"),
        ("[[a]]", "?${a list where a text should be}"),
        ("!Sub 'a${b'", "?a${b}"),
        ("!Sub [!Ref Stage]", "?${Fn::Sub}"),
        ("{'Fn::Sub': !Ref Stage}", "?${Fn::Sub}"),
    ] {
        assert_eq!(text(expression, &[]), expected, "{expression}");
    }
}

#[test]
fn ties_say_what_names_mean() {
    for (expression, tie, expected) in [
        ("!Ref Given", ("Given", "v"), "v"),
        ("!Ref Stage", ("Stage", "v"), "v"),
        (
            "!GetAtt Pool.Arn",
            ("Pool", "eu-west-1_A"),
            "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_A",
        ),
        ("!Ref Pool", ("AWS::Region", "eu-west-1"), "eu-west-1_Pool"),
        ("!Sub '${Server}/read'", ("Server", "orders"), "orders/read"),
        ("!GetAtt Stack.Outputs.PoolArn", ("Stack.Outputs.PoolArn", "v"), "v"),
        ("!ImportValue exported", ("exported", "v"), "v"),
        ("!Ref Client", ("Client", "abc"), "abc"),
    ] {
        assert_eq!(text(expression, &[tie]), expected, "{expression}");
    }
}
