//! The service's sentences, word for word, on small tables of our own.

use proptest::prelude::{any, proptest};
use serde_json::{Value, json};

use super::{Rejected, document, parse, validate};
use crate::control::model::{Bounds, Member, Shape, Text, optional, required};

const ID: Shape = Shape::Text(Text::between(1, 55).matching(r"[\w-]+_[0-9a-zA-Z]+"));
const PASSWORD: Shape = Shape::Text(Text::between(6, 8).matching(r"[\S]+").sensitive());
const LABEL: Shape = Shape::Text(Text::between(1, 5));
const FLOW: Shape = Shape::Choice(&["code", "implicit", "client_credentials"]);
const URL: Shape = Shape::Text(Text::between(1, 1024).matching(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"));
const SCOPES: Shape = Shape::List(Bounds::at_most(2), &SCOPE);
const SCOPE: Shape = Shape::Structure(&[required("ScopeName", &LABEL), required("ScopeDescription", &LABEL)]);

const TABLE: &[Member] = &[
    optional("UserPoolId", &ID),
    optional("Password", &PASSWORD),
    optional("Passwords", &Shape::List(Bounds::NONE, &PASSWORD)),
    optional("Label", &LABEL),
    optional("AllowedOAuthFlows", &Shape::List(Bounds::between(1, 3), &FLOW)),
    optional("Mode", &FLOW),
    optional("LogoutURLs", &Shape::List(Bounds::between(0, 2), &URL)),
    optional("Scopes", &SCOPES),
    optional("MaxResults", &Shape::Integer(Bounds::between(6, 99))),
    optional("Enabled", &Shape::Boolean),
    optional("Tags", &Shape::Map(Bounds::NONE, Text::between(1, 3), &Shape::Text(Text::between(0, 4)))),
    optional("Levels", &Shape::Map(Bounds::at_most(2), Text::ANY.matching("Level[1-4]"), &SCOPE)),
    optional("Message", &Shape::Text(Text::ANY.matching(r".*\{####\}.*"))),
    optional("Invitation", &Shape::Text(Text::ANY.matching("(?s).*"))),
    optional("Name", &Shape::Text(Text::ANY.matching(r"[\w\s+=,.@-]+"))),
    optional("Policies", &Shape::Structure(&[optional("PasswordPolicy", &POLICY)])),
];
const POLICY: Shape = Shape::Structure(&[required("MinimumLength", &Shape::Integer(Bounds::between(6, 99)))]);

const REQUIRED: &[Member] = &[required("ConfirmationCode", &LABEL), required("Username", &LABEL)];

fn constraints(given: Value) -> String {
    match validate(TABLE, given) {
        Err(Rejected::Constraints(message)) => message,
        other => panic!("expected violated constraints, got {other:?}"),
    }
}

fn serialization(given: Value) -> String {
    match validate(TABLE, given) {
        Err(Rejected::Serialization(message)) => message,
        other => panic!("expected a type mismatch, got {other:?}"),
    }
}

fn accepted(given: Value) -> bool {
    validate(TABLE, given.clone()).map(Value::Object) == Ok(given)
}

#[test]
fn a_violated_pattern_is_quoted() {
    assert_eq!(
        constraints(json!({"UserPoolId": "x"})),
        "1 validation error detected: Value 'x' at 'userPoolId' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+"
    );
}

#[test]
fn missing_and_null_members_must_not_be_null_and_are_counted_together() {
    assert_eq!(
        validate(REQUIRED, json!({"ConfirmationCode": null})),
        Err(Rejected::Constraints(
            "2 validation errors detected: \
             Value null at 'confirmationCode' failed to satisfy constraint: Member must not be null; \
             Value null at 'username' failed to satisfy constraint: Member must not be null"
                .to_owned()
        ))
    );
}

#[test]
fn an_optional_null_is_absent_and_an_unknown_member_is_dropped() {
    let kept = validate(
        TABLE,
        json!({"Label": null, "Enabled": false, "Nonsense": {"a": [1]}, "Scopes": [
            {"ScopeName": "a", "ScopeDescription": "b", "Extra": 1}
        ]}),
    );
    let expected = json!({"Enabled": false, "Scopes": [{"ScopeName": "a", "ScopeDescription": "b"}]});
    assert_eq!(kept.map(Value::Object), Ok(expected));
}

#[test]
fn a_sensitive_value_is_withheld_with_its_quotes_once_per_constraint() {
    assert_eq!(
        constraints(json!({"Password": "a b"})),
        "2 validation errors detected: \
         Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6; \
         Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+"
    );
    assert_eq!(
        constraints(json!({"Passwords": ["much too long"]})),
        "1 validation error detected: Value at 'passwords' failed to satisfy constraint: Member must satisfy constraint: \
         [Member must have length less than or equal to 8, Member must have length greater than or equal to 6, \
         Member must satisfy regular expression pattern: [\\S]+]"
    );
}

#[test]
fn lengths_are_bounded_on_both_sides() {
    assert_eq!(
        constraints(json!({"Label": "sixsix"})),
        "1 validation error detected: Value 'sixsix' at 'label' failed to satisfy constraint: \
         Member must have length less than or equal to 5"
    );
    assert_eq!(
        constraints(json!({"Label": ""})),
        "1 validation error detected: Value '' at 'label' failed to satisfy constraint: \
         Member must have length greater than or equal to 1"
    );
}

#[test]
fn length_is_counted_in_utf16_units() {
    assert!(accepted(json!({"Label": "äöüßé"})));
    assert!(accepted(json!({"Label": "😀😀a"})));
    assert_eq!(
        constraints(json!({"Label": "😀😀😀"})),
        "1 validation error detected: Value '😀😀😀' at 'label' failed to satisfy constraint: \
         Member must have length less than or equal to 5"
    );
}

#[test]
fn a_list_has_a_length_too_and_is_printed_whole() {
    assert_eq!(
        constraints(json!({"LogoutURLs": ["a", "b", "c"]})),
        "1 validation error detected: Value '[a, b, c]' at 'logoutURLs' failed to satisfy constraint: \
         Member must have length less than or equal to 2"
    );
    assert_eq!(
        constraints(json!({"AllowedOAuthFlows": []})),
        "1 validation error detected: Value '[]' at 'allowedOAuthFlows' failed to satisfy constraint: \
         Member must have length greater than or equal to 1"
    );
}

#[test]
fn numbers_are_bounded_by_value() {
    assert_eq!(
        constraints(json!({"MaxResults": 5})),
        "1 validation error detected: Value '5' at 'maxResults' failed to satisfy constraint: \
         Member must have value greater than or equal to 6"
    );
    assert_eq!(
        constraints(json!({"Policies": {"PasswordPolicy": {"MinimumLength": 100}}})),
        "1 validation error detected: Value '100' at 'policies.passwordPolicy.minimumLength' failed to satisfy \
         constraint: Member must have value less than or equal to 99"
    );
    assert!(accepted(json!({"MaxResults": 6})) && accepted(json!({"MaxResults": 99})));
}

#[test]
fn an_enum_prints_its_set_in_hash_order() {
    assert_eq!(
        constraints(json!({"Mode": "Code"})),
        "1 validation error detected: Value 'Code' at 'mode' failed to satisfy constraint: \
         Member must satisfy enum value set: [implicit, client_credentials, code]"
    );
    assert_eq!(crate::domain::hash_order::hash_order(vec!["phone_number", "email"]), ["phone_number", "email"]);
    assert_eq!(crate::domain::hash_order::hash_order(vec!["OFF", "ON", "OPTIONAL"]), ["OPTIONAL", "OFF", "ON"]);
}

#[test]
fn a_list_of_choices_is_printed_whole_with_its_set() {
    assert_eq!(
        constraints(json!({"AllowedOAuthFlows": ["token"]})),
        "1 validation error detected: Value '[token]' at 'allowedOAuthFlows' failed to satisfy constraint: \
         Member must satisfy constraint: \
         [Member must satisfy enum value set: [implicit, client_credentials, code]]"
    );
}

#[test]
fn a_list_of_strings_is_printed_whole_with_every_constraint_of_its_elements() {
    assert_eq!(
        constraints(json!({"LogoutURLs": [""]})),
        "1 validation error detected: Value '[]' at 'logoutURLs' failed to satisfy constraint: \
         Member must satisfy constraint: [Member must have length less than or equal to 1024, \
         Member must have length greater than or equal to 1, \
         Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+]"
    );
    assert_eq!(
        constraints(json!({"LogoutURLs": ["https://a", null]})),
        "1 validation error detected: Value '[https://a, null]' at 'logoutURLs' failed to satisfy constraint: \
         Member must satisfy constraint: [Member must not be null]"
    );
}

#[test]
fn members_of_structures_in_lists_are_counted_from_one() {
    assert_eq!(
        constraints(json!({"Scopes": [{"ScopeName": "ok", "ScopeDescription": "ok"}, {"ScopeName": "toolong"}]})),
        "2 validation errors detected: \
         Value 'toolong' at 'scopes.2.member.scopeName' failed to satisfy constraint: \
         Member must have length less than or equal to 5; \
         Value null at 'scopes.2.member.scopeDescription' failed to satisfy constraint: Member must not be null"
    );
    assert_eq!(
        constraints(json!({"Scopes": [null]})),
        "1 validation error detected: Value null at 'scopes.1.member' failed to satisfy constraint: \
         Member must not be null"
    );
}

#[test]
fn structures_beyond_the_size_of_their_list_are_not_looked_into() {
    let fine = json!({"ScopeName": "a", "ScopeDescription": "b"});
    assert_eq!(
        constraints(json!({"Scopes": [fine, fine, {}, {}]})),
        "1 validation error detected: Value '[{ScopeDescription=b, ScopeName=a}, {ScopeDescription=b, ScopeName=a}, \
         {}, {}]' at 'scopes' failed to satisfy constraint: Member must have length less than or equal to 2"
    );
}

#[test]
fn maps_name_keys_and_values_apart() {
    assert_eq!(
        constraints(json!({"Tags": {"long": "value", "a": "b"}})),
        "2 validation errors detected: \
         Value '{a=b, long=value}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: \
         [Member must have length less than or equal to 3, Member must have length greater than or equal to 1]; \
         Value '{a=b, long=value}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: \
         [Member must have length less than or equal to 4, Member must have length greater than or equal to 0]"
    );
    assert_eq!(
        constraints(json!({"Levels": {"Level2": {"ScopeName": "a"}}})),
        "1 validation error detected: Value null at 'levels.Level2.member.scopeDescription' failed to satisfy \
         constraint: Member must not be null"
    );
}

#[test]
fn a_null_in_a_map_is_absent() {
    let given = json!({"Tags": {"a": null, "b": "c"}, "Levels": {"Level1": null}});
    let kept = validate(TABLE, given.clone()).map(Value::Object);
    assert_eq!(kept, Ok(json!({"Tags": {"b": "c"}, "Levels": {}})));
}

#[test]
fn patterns_are_javas_and_match_whole_strings() {
    for (pool, fits) in
        [("eu_1", true), ("é_1", false), ("٣_1", false), ("eu_1\n", false), ("x eu_1", false), ("a-b_Z", true)]
    {
        assert_eq!(accepted(json!({"UserPoolId": pool})), fits, "{pool:?}");
    }
    for (name, fits) in [("a b\t\u{b}\u{c}\r\n", true), ("a\u{a0}b", false), ("a\u{2003}b", false), ("[", false)] {
        assert_eq!(accepted(json!({"Name": name})), fits, "{name:?}");
    }
    for (message, fits) in
        [("code {####}", true), ("a\n{####}", false), ("a\r{####}", false), ("{####}\u{2028}", false)]
    {
        assert_eq!(accepted(json!({"Message": message})), fits, "{message:?}");
    }
    assert!(accepted(json!({"Invitation": "a\r\nb"})));
    assert!(accepted(json!({"LogoutURLs": ["https://höhe.example/日本"]})));
    assert!(!accepted(json!({"LogoutURLs": ["https://a b"]})));
}

#[test]
fn a_type_mismatch_refuses_the_document_before_any_constraint() {
    for (given, message) in [
        (json!({"Label": "toolong", "Scopes": {}}), "Expected list or null"),
        (json!({"Policies": []}), "Expected map or null"),
        (json!({"Tags": "a"}), "Expected map or null"),
        (json!({"Scopes": ["a"]}), "Expected map or null"),
        (json!({"Label": 1}), "NUMBER_VALUE can not be converted to a String"),
        (json!({"LogoutURLs": [true]}), "TRUE_VALUE can not be converted to a String"),
        (json!({"Mode": false}), "FALSE_VALUE can not be converted to a String"),
        (json!({"Label": {}}), "Start of structure or map found where not expected."),
        (json!({"Tags": {"a": []}}), "Start of list found where not expected."),
        (json!({"MaxResults": "7"}), "STRING_VALUE can not be converted to an Integer"),
        (json!({"MaxResults": 7.5}), "NUMBER_VALUE can not be converted to an Integer"),
        (json!({"MaxResults": 2_147_483_648_u32}), "NUMBER_VALUE can not be converted to an Integer"),
        (json!({"Enabled": "true"}), "STRING_VALUE can not be converted to a Boolean"),
        (json!({"Enabled": 0}), "NUMBER_VALUE can not be converted to a Boolean"),
    ] {
        assert_eq!(serialization(given), message);
    }
}

#[test]
fn what_is_not_a_json_object_is_refused_without_a_message() {
    let deep = [b"{\"Nonsense\":".as_slice(), &[b'['; 200], &[b']'; 200], b"}"].concat();
    let bodies: [&[u8]; 9] =
        [b"", b" ", b"null", b"[]", b"\"a\"", b"{", b"{} {}", b"{\"Label\":\"\xff\"}", b"{\"Label\":\"\\ud800\"}"];
    for body in bodies.into_iter().chain([deep.as_slice()]) {
        assert_eq!(document(body, TABLE), Err(Rejected::Serialization(String::new())));
    }
}

#[test]
fn of_a_member_given_twice_the_last_counts() {
    let read = document(br#"{"Label":"toolong","Label":"ok"}"#, TABLE);
    assert_eq!(read.map(Value::Object), Ok(json!({"Label": "ok"})));
}

#[test]
fn an_operation_can_word_a_limit_of_its_own() {
    assert_eq!(
        Rejected::too_long("domain", "abc", 2),
        Rejected::Constraints(
            "1 validation error detected: Value 'abc' at 'domain' failed to satisfy constraint: \
             Member must have length less than or equal to 2"
                .to_owned()
        )
    );
}

fn any_json() -> impl proptest::strategy::Strategy<Value = Value> {
    use proptest::prelude::{Just, Strategy, prop_oneof};
    let names = TABLE.iter().map(|member| member.name).chain(["ScopeName", "a", ""]).collect::<Vec<_>>();
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        let entries = proptest::collection::vec((proptest::sample::select(names.clone()), inner.clone()), 0..8);
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(Value::from),
            entries.prop_map(|entries| entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_refused_or_read_and_never_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        assert_eq!(document(&body, TABLE).is_ok(), parse(&body).is_ok_and(|read| validate(TABLE, read).is_ok()));
    }

    #[test]
    fn what_was_accepted_is_accepted_again_unchanged(given in any_json()) {
        if let Ok(kept) = validate(TABLE, given) {
            assert_eq!(validate(TABLE, Value::Object(kept.clone())), Ok(kept));
        }
    }
}
