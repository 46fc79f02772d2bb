//! Declared rules: what becomes of the tokens of users in certain groups. A pool needs no function for that.

use serde::{Deserialize, Serialize};

use super::claims::{ClaimChanges, TokenUse};
use super::scope::Scope;

/// What is to change in the tokens of users in certain groups.
///
/// In the configuration: `{ groups: [admins], add_scopes: [orders/delete], access_token: { add: { tier: gold } } }`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenRule {
    /// The user is in one of these groups; without any, the rule is for every user.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Scopes that the access token gets beside those granted, be they on the client's list or not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_scopes: Vec<Scope>,
    /// Scopes that the access token does not get, whatever was granted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suppress_scopes: Vec<Scope>,
    /// Changes to the access token.
    #[serde(skip_serializing_if = "ClaimChanges::is_empty")]
    pub access_token: ClaimChanges,
    /// Changes to the ID token.
    #[serde(skip_serializing_if = "ClaimChanges::is_empty")]
    pub id_token: ClaimChanges,
}

/// What is to become of the tokens that one sign-in gets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenChanges {
    /// Scopes to add.
    pub add_scopes: Vec<Scope>,
    /// Scopes to leave out; this goes first.
    pub suppress_scopes: Vec<Scope>,
    /// Changes to the access token.
    pub access_token: ClaimChanges,
    /// Changes to the ID token.
    pub id_token: ClaimChanges,
}

impl TokenChanges {
    /// The scopes of the access token after the changes: what was there keeps its order, what is new comes last.
    pub fn scopes(&self, granted: &[Scope]) -> Vec<Scope> {
        let mut scopes = granted.to_vec();
        for scope in &self.add_scopes {
            if !scopes.contains(scope) {
                scopes.push(scope.clone());
            }
        }
        scopes.retain(|scope| !self.suppress_scopes.contains(scope));
        scopes
    }

    /// The changes to one of the tokens.
    pub fn of(&self, token: TokenUse) -> &ClaimChanges {
        match token {
            TokenUse::Access => &self.access_token,
            TokenUse::Id => &self.id_token,
        }
    }

    /// How many claims and scopes are named.
    pub fn len(&self) -> usize {
        self.add_scopes.len() + self.suppress_scopes.len() + self.access_token.len() + self.id_token.len()
    }

    /// Whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What the rules make of the tokens of a user in these groups; of two rules on one claim the later one counts.
pub fn changes(rules: &[TokenRule], groups: &[String]) -> TokenChanges {
    let mut changes = TokenChanges::default();
    let applies = |rule: &&TokenRule| rule.groups.is_empty() || rule.groups.iter().any(|group| groups.contains(group));
    for rule in rules.iter().filter(applies) {
        changes.add_scopes.extend(rule.add_scopes.iter().cloned());
        changes.suppress_scopes.extend(rule.suppress_scopes.iter().cloned());
        for (all, one) in [(&mut changes.access_token, &rule.access_token), (&mut changes.id_token, &rule.id_token)] {
            all.add.extend(one.add.iter().map(|(name, value)| (name.clone(), value.clone())));
            all.suppress.extend(one.suppress.iter().cloned());
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(names: &[&str]) -> Vec<Scope> {
        names.iter().copied().map(Scope::from).collect()
    }

    fn rule(groups: &[&str], add: &[&str], suppress: &[&str]) -> TokenRule {
        let groups = groups.iter().copied().map(str::to_owned).collect();
        TokenRule { groups, add_scopes: scopes(add), suppress_scopes: scopes(suppress), ..TokenRule::default() }
    }

    fn left(rules: &[TokenRule], groups: &[&str], granted: &[&str]) -> Vec<Scope> {
        let groups: Vec<String> = groups.iter().copied().map(str::to_owned).collect();
        changes(rules, &groups).scopes(&scopes(granted))
    }

    #[test]
    fn a_rule_is_for_the_users_of_its_groups() {
        let rules = [rule(&["admins", "staff"], &["orders/delete"], &[]), rule(&[], &[], &["profile"])];
        assert_eq!(left(&rules, &["staff"], &["openid", "profile"]), scopes(&["openid", "orders/delete"]));
        assert_eq!(left(&rules, &["guests"], &["openid", "profile"]), scopes(&["openid"]));
    }

    #[test]
    fn suppressing_beats_adding_also_between_rules() {
        let rules = [rule(&[], &[], &["orders/delete"]), rule(&[], &["orders/delete", "openid"], &[])];
        assert_eq!(left(&rules, &[], &["openid"]), scopes(&["openid"]));
    }

    #[test]
    fn of_two_rules_on_one_claim_the_later_counts() {
        let rules: Vec<TokenRule> = serde_json::from_str(
            r#"[{"access_token":{"add":{"tier":"silver"}}},{"groups":["vip"],"access_token":{"add":{"tier":"gold"}}}]"#,
        )
        .unwrap();
        let tier = |groups: &[String]| changes(&rules, groups).access_token.add["tier"].clone();
        assert_eq!(tier(&[]), "silver");
        assert_eq!(tier(&["vip".to_owned()]), "gold");
    }

    #[test]
    fn a_misspelt_member_is_refused() {
        assert!(serde_json::from_str::<TokenRule>(r#"{"group":["admins"]}"#).is_err());
        assert!(serde_json::from_str::<TokenRule>(r#"{"id_token":{"remove":["email"]}}"#).is_err());
    }
}
