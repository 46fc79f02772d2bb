//! What a trigger answered, held against the rules of its version.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::domain::claim_rules::TokenChanges;
use crate::domain::claims::ClaimChanges;
use crate::domain::person_claims::GroupClaims;
use crate::domain::scope::Scope;
use crate::hooks::HookFailure;

use super::{Version, unreadable};

/// How many claims and scopes an answer may name.
const MOST: usize = 5_000;

/// What a trigger wants to change.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::tokens) struct Answer {
    /// Claims and scopes.
    pub(in crate::tokens) changes: TokenChanges,
    /// What the groups come to, if that changes.
    pub(in crate::tokens) groups: Option<GroupClaims>,
}

/// A function returns the event with this part filled in; what it leaves out or makes null changes nothing.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Response {
    claims_override_details: Option<Generation>,
    claims_and_scope_override_details: Option<Overrides>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Overrides {
    id_token_generation: Option<Generation>,
    access_token_generation: Option<Generation>,
    group_override_details: Option<Belonging>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Generation {
    claims_to_add_or_override: Option<BTreeMap<String, Value>>,
    claims_to_suppress: Option<Vec<String>>,
    scopes_to_add: Option<Vec<String>>,
    scopes_to_suppress: Option<Vec<String>>,
    group_override_details: Option<Belonging>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Belonging {
    groups_to_override: Option<Vec<String>>,
    iam_roles_to_override: Option<Vec<String>>,
    preferred_role: Option<String>,
}

/// Reads the event that a function returned.
pub(super) fn read(version: Version, arn: &str, returned: &Value) -> Result<Answer, HookFailure> {
    let response = returned.get("response").ok_or_else(|| unreadable(arn, "there is no `response`"))?;
    let response: Option<Response> =
        Deserialize::deserialize(response).map_err(|error| unreadable(arn, error.to_string()))?;
    let response = response.unwrap_or_default();
    let answer = match version {
        Version::V1 => first_version(response.claims_override_details.unwrap_or_default(), arn)?,
        Version::V2 | Version::V3 => later_version(response.claims_and_scope_override_details.unwrap_or_default()),
    };
    // COGNITO: neither blanks nor quotes nor backslashes (documented).
    let fits = |scope: &Scope| {
        let visible = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        !scope.as_str().is_empty() && scope.as_str().bytes().all(visible)
    };
    if !answer.changes.add_scopes.iter().all(fits) {
        return Err(unreadable(arn, "a scope to add has characters that no scope can have"));
    }
    if answer.changes.len() > MOST {
        return Err(unreadable(arn, format!("it names more than {MOST} claims and scopes")));
    }
    Ok(answer)
}

/// COGNITO: the first version changes ID tokens only, by texts; groups it changes in both tokens (documented).
fn first_version(details: Generation, arn: &str) -> Result<Answer, HookFailure> {
    let groups = details.group_override_details.map(Belonging::claims);
    let id_token = ClaimChanges {
        add: details.claims_to_add_or_override.unwrap_or_default(),
        suppress: details.claims_to_suppress.unwrap_or_default(),
    };
    if let Some((name, _)) = id_token.add.iter().find(|(_, value)| !value.is_string()) {
        return Err(unreadable(arn, format!("the claim `{name}` is no text")));
    }
    Ok(Answer { changes: TokenChanges { id_token, ..TokenChanges::default() }, groups })
}

fn later_version(details: Overrides) -> Answer {
    let (id, access) =
        (details.id_token_generation.unwrap_or_default(), details.access_token_generation.unwrap_or_default());
    let scopes = |names: Option<Vec<String>>| names.unwrap_or_default().into_iter().map(Scope::new).collect();
    let claims = |add: Option<BTreeMap<String, Value>>, suppress: Option<Vec<String>>| ClaimChanges {
        add: add.unwrap_or_default(),
        suppress: suppress.unwrap_or_default(),
    };
    let changes = TokenChanges {
        add_scopes: scopes(access.scopes_to_add),
        suppress_scopes: scopes(access.scopes_to_suppress),
        access_token: claims(access.claims_to_add_or_override, access.claims_to_suppress),
        id_token: claims(id.claims_to_add_or_override, id.claims_to_suppress),
    };
    Answer { changes, groups: details.group_override_details.map(Belonging::claims) }
}

impl Belonging {
    fn claims(self) -> GroupClaims {
        GroupClaims {
            names: self.groups_to_override.unwrap_or_default(),
            roles: self.iam_roles_to_override.unwrap_or_default(),
            preferred_role: self.preferred_role,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(version: Version, response: &Value) -> Result<Answer, HookFailure> {
        read(version, "arn", &json!({ "response": response }))
    }

    #[test]
    fn the_first_version_changes_id_tokens_and_groups() {
        let details = json!({ "claimsOverrideDetails": {
            "claimsToAddOrOverride": { "tier": "gold" },
            "claimsToSuppress": ["email"],
            "groupOverrideDetails": { "groupsToOverride": ["a"], "iamRolesToOverride": ["r"], "preferredRole": "r" },
        }});
        let answer = answer(Version::V1, &details).unwrap();
        let id_token =
            ClaimChanges { add: [("tier".to_owned(), json!("gold"))].into(), suppress: vec!["email".to_owned()] };
        assert_eq!(answer.changes, TokenChanges { id_token, ..TokenChanges::default() });
        let (names, roles) = (vec!["a".to_owned()], vec!["r".to_owned()]);
        assert_eq!(answer.groups, Some(GroupClaims { names, roles, preferred_role: Some("r".to_owned()) }));
    }

    #[test]
    fn a_claim_of_the_first_version_is_a_text() {
        let details = json!({ "claimsOverrideDetails": { "claimsToAddOrOverride": { "level": 7 } } });
        let expected = HookFailure::Unreadable("arn".to_owned(), "the claim `level` is no text".to_owned());
        assert_eq!(answer(Version::V1, &details), Err(expected));
    }

    #[test]
    fn later_versions_change_access_tokens_and_scopes() {
        let details = json!({ "claimsAndScopeOverrideDetails": {
            "idTokenGeneration": { "claimsToAddOrOverride": { "level": { "a": [1, null] } } },
            "accessTokenGeneration": { "claimsToSuppress": ["x"], "scopesToAdd": ["a/b"], "scopesToSuppress": ["c"] },
            "groupOverrideDetails": null,
        }});
        let answer = answer(Version::V2, &details).unwrap();
        assert_eq!(answer.changes.add_scopes, [Scope::from("a/b")]);
        assert_eq!(answer.changes.suppress_scopes, [Scope::from("c")]);
        assert_eq!(answer.changes.access_token.suppress, ["x"]);
        assert_eq!(answer.changes.id_token.add["level"], json!({ "a": [1, null] }));
        assert_eq!(answer.groups, None);
    }

    #[test]
    fn an_answer_that_says_nothing_changes_nothing() {
        for response in [json!(null), json!({}), json!({ "claimsAndScopeOverrideDetails": null })] {
            assert_eq!(answer(Version::V3, &response), Ok(Answer::default()));
        }
    }

    #[test]
    fn an_answer_that_breaks_a_limit_is_refused() {
        let adding = |scopes: Value| {
            let details = json!({ "accessTokenGeneration": { "scopesToAdd": scopes } });
            answer(Version::V2, &json!({ "claimsAndScopeOverrideDetails": details })).is_ok()
        };
        for scope in ["a b", "a\"b", "a\\b", "", "é"] {
            assert!(!adding(json!([scope])), "{scope}");
        }
        let many = |count: usize| adding((0..count).map(|number| format!("a/{number}")).collect());
        assert!(many(5_000) && !many(5_001));
        assert!(read(Version::V2, "arn", &json!({ "x": 1 })).is_err());
        assert!(answer(Version::V2, &json!({ "claimsAndScopeOverrideDetails": "x" })).is_err());
    }
}
