//! How users and groups are declared, and declared again.

use super::*;
use crate::domain::id::UserKey;
use crate::domain::srp;
use crate::domain::user::{Factor, Group, User, UserStatus};
use crate::registry::users as registry_users;

const PEOPLE: &str = "
pools:
  - id: us-east-1_Example01
    settings:
      Schema: [{ Name: team, AttributeDataType: String, Mutable: false }]
    groups:
      - { name: admins, description: May do anything, precedence: 1 }
      - { name: readers }
    users:
      - username: ada
        sub: 8c2a7a4e-0000-4000-8000-000000000001
        password: Password-1
        attributes: { email: ada@example.com, email_verified: true, 'custom:team': blue }
        groups: [readers, admins]
        totp_secret: GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ
      - { username: eve, temporary_password: Password-2 }
      - { username: sam, status: UNCONFIRMED, password: Password-3, enabled: false }
";

impl Scene {
    async fn user(&self, name: &str) -> User {
        let at = documents::user(&UserPoolId::from(POOL), &UserKey::from(name));
        self.database.get(&at).await.unwrap().unwrap()
    }

    async fn group(&self, name: &str) -> Group {
        self.database.get(&documents::group(&UserPoolId::from(POOL), name)).await.unwrap().unwrap()
    }

    async fn members(&self, group: &str) -> Vec<String> {
        let members = documents::members(&UserPoolId::from(POOL), group);
        let members = self.database.scan(&members, None, 10).await.unwrap();
        members.into_iter().map(|member| member.user.to_string()).collect()
    }

    /// What an administrator does to a user.
    async fn change(&self, name: &str, change: impl Fn(&mut User)) {
        let pool = self.pool().await;
        self.by_api(async |tx| {
            let before = registry_users::require(tx, &pool, name).await?;
            let mut after = before.clone();
            change(&mut after);
            registry_users::save(tx, &pool, &before, after).await
        })
        .await;
    }
}

fn signs_in(user: &User, password: &str) -> bool {
    user.credential
        .as_ref()
        .is_some_and(|credential| srp::matches(credential, &UserPoolId::from(POOL), &user.username, password))
}

#[tokio::test]
async fn declared_people_are_created() {
    let scene = Scene::new();
    let report = scene.applied(PEOPLE).await;
    let people = ["group admins", "group readers", "user ada", "user eve", "user sam"];
    let created: Vec<String> = people.iter().map(|what| format!("{what} of {POOL}")).collect();
    assert_eq!(report.created[1..], created);
    let ada = scene.user("ada").await;
    assert_eq!((ada.sub.as_str(), ada.status), ("8c2a7a4e-0000-4000-8000-000000000001", UserStatus::Confirmed));
    assert!(signs_in(&ada, "Password-1") && !signs_in(&ada, "Password-2"));
    assert!(ada.is_verified("email") && ada.attribute("custom:team") == Some("blue"));
    assert_eq!(ada.groups, ["readers", "admins"]);
    assert_eq!((scene.members("admins").await, scene.members("readers").await), (text(&["ada"]), text(&["ada"])));
    let token = ada.factors.software_token.unwrap();
    assert!(token.verified && token.secret.reveal() == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert_eq!(
        (ada.factors.enabled, ada.factors.preferred),
        (vec![Factor::SoftwareToken], Some(Factor::SoftwareToken))
    );
    let eve = scene.user("eve").await;
    assert_eq!(eve.status, UserStatus::ForceChangePassword);
    assert!(signs_in(&eve, "Password-2") && eve.credential.unwrap().temporary);
    let sam = scene.user("sam").await;
    assert_eq!((sam.status, sam.enabled), (UserStatus::Unconfirmed, false));
    let group = scene.group("admins").await;
    assert_eq!((group.description.as_deref(), group.precedence), (Some("May do anything"), Some(1)));
}

#[tokio::test]
async fn people_declared_as_before_are_left_and_nothing_is_computed() {
    let scene = Scene::new();
    scene.applied(PEOPLE).await;
    scene.change("ada", |ada| ada.enabled = false).await;
    assert_eq!(scene.applied(PEOPLE).await, Report { unchanged: 6, ..Report::default() });
    assert!(!scene.user("ada").await.enabled);
    let world = file(PEOPLE).unwrap().world;
    let prepared = passwords::prepare(&scene.database, &world, &scene.terms).await.unwrap();
    assert!(prepared.len() == 3 && prepared.values().all(|ready| ready.person.is_none()));
}

#[tokio::test]
async fn what_is_kept_of_a_declaration_does_not_tell_the_password() {
    let kept = async |yaml: &str| {
        let scene = Scene::new();
        scene.applied(yaml).await;
        let pool = UserPoolId::from(POOL);
        let kept = ["ada", "eve", "sam"].map(|name| documents::user_declaration(&pool, &UserKey::from(name)));
        let mut digests = Vec::new();
        for at in kept {
            let kept = scene.database.get(&at).await.unwrap().unwrap();
            digests.push(kept.split_once(' ').unwrap().0.to_owned());
        }
        digests
    };
    assert_eq!(kept(PEOPLE).await, kept(&PEOPLE.replace("Password-", "Another-1-")).await);
    assert_ne!(kept(PEOPLE).await, kept(&PEOPLE.replace("enabled: false", "enabled: true")).await);
}

#[tokio::test]
async fn a_declared_password_counts_when_it_changes_and_only_then() {
    let scene = Scene::new();
    let since = async |scene: &Scene| scene.user("ada").await.credential.unwrap().since;
    scene.applied(PEOPLE).await;
    let first = since(&scene).await;
    assert_eq!(scene.applied(PEOPLE).await.unchanged, 6);
    assert_eq!(since(&scene).await, first);
    // What a user chose stays until another password is declared.
    let pool = UserPoolId::from(POOL);
    let own = registry_users::passwords::derive(&scene.terms.effects, &pool, "ada", "Password-7", false).await;
    let own = own.unwrap();
    scene.change("ada", |ada| ada.credential = Some(own.clone())).await;
    assert_eq!(scene.applied(PEOPLE).await, Report { unchanged: 6, ..Report::default() });
    assert!(signs_in(&scene.user("ada").await, "Password-7"));
    let changed = PEOPLE.replace("Password-1", "Password-8");
    assert_eq!(scene.applied(&changed).await.updated, [format!("user ada of {POOL}")]);
    assert!(signs_in(&scene.user("ada").await, "Password-8"));
    let second = since(&scene).await;
    assert_eq!(scene.applied(&changed).await.unchanged, 6);
    assert_eq!(since(&scene).await, second);
    // Nobody loses a password because the file no longer has it.
    let without = changed.replace("        password: Password-8\n", "");
    assert_eq!(scene.applied(&without).await.updated, [format!("user ada of {POOL}")]);
    assert!(signs_in(&scene.user("ada").await, "Password-8"));
}

#[tokio::test]
async fn a_changed_declaration_changes_its_user() {
    let scene = Scene::new();
    scene.applied(PEOPLE).await;
    let before = scene.user("ada").await;
    let changed = PEOPLE.replace("email_verified: true, ", "").replace("[readers, admins]", "[admins]");
    assert_eq!(scene.applied(&changed).await.updated, [format!("user ada of {POOL}")]);
    let ada = scene.user("ada").await;
    assert_eq!((ada.attribute("email"), ada.attribute("email_verified")), (Some("ada@example.com"), None));
    assert_eq!((ada.groups.join(" "), scene.members("readers").await), ("admins".to_owned(), text(&[])));
    // The same password is the same credential, and no former one.
    let verifier = |user: &User| user.credential.as_ref().unwrap().verifier.reveal().to_owned();
    assert_eq!((verifier(&ada), ada.former.len()), (verifier(&before), 0));
    scene.applied(&changed.replace("Password-1", "Password-9")).await;
    let ada = scene.user("ada").await;
    assert!(signs_in(&ada, "Password-9") && !signs_in(&ada, "Password-1"));
    assert_eq!(ada.sub, before.sub);
}

#[tokio::test]
async fn a_user_whom_the_api_made_is_never_touched() {
    let scene = Scene::new();
    scene.applied(PEOPLE).await;
    let pool = scene.pool().await;
    scene
        .by_api(async |tx| {
            let eve = registry_users::require(tx, &pool, "eve").await?;
            registry_users::delete(tx, &pool, &eve).await?;
            let new = registry_users::NewUser {
                status: UserStatus::Confirmed,
                ..registry_users::NewUser::named(&pool, "eve", "a-sub".into(), std::collections::BTreeMap::new())?
            };
            let now = Timestamp::from_millis(0);
            let quotas = Quotas::default();
            let creation = registry_users::Creation { now, quotas: &quotas, takes_aliases: false };
            registry_users::create(tx, &pool, new, creation).await.map(drop)
        })
        .await;
    let left_alone = vec![format!("user eve of {POOL}")];
    let changed = PEOPLE.replace("Password-2", "Password-8");
    assert_eq!(scene.applied(&changed).await, Report { left_alone, unchanged: 5, ..Report::default() });
    assert_eq!(scene.user("eve").await.sub.as_str(), "a-sub");
}

#[tokio::test]
async fn users_who_sign_in_with_an_address_are_found_by_it() {
    let scene = Scene::new();
    let world = |password: &str| {
        format!(
            "pools: [{{ id: {POOL}, settings: {{ UsernameAttributes: [email] }},
               users: [{{ username: ada@example.com, password: {password}, attributes: {{ name: Ada }} }}] }}]"
        )
    };
    scene.applied(&world("Password-1")).await;
    let pool = scene.pool().await;
    let ada = || {
        let work = async |tx: &mut Transaction<'_>| registry_users::find(tx, &pool, "ada@example.com").await;
        scene.database.transact(work)
    };
    let first = ada().await.unwrap().unwrap();
    assert_eq!((first.username.as_str(), first.attribute("email")), (first.sub.as_str(), Some("ada@example.com")));
    assert!(signs_in(&first, "Password-1"));
    assert_eq!(scene.applied(&world("Password-1")).await, Report { unchanged: 2, ..Report::default() });
    scene.applied(&world("Password-2")).await;
    let second = ada().await.unwrap().unwrap();
    assert_eq!((second.sub.clone(), second.attribute("email")), (first.sub, Some("ada@example.com")));
    assert!(signs_in(&second, "Password-2"));
}

#[tokio::test]
async fn people_who_cannot_be_are_refused_with_their_key() {
    let cases = [
        ("password: Password-1", "password: short", "pools[0].users[0].password: Password did not conform with policy"),
        (
            "temporary_password: Password-2",
            "temporary_password: x",
            "pools[0].users[1].temporary_password: Password did",
        ),
        (
            "{ username: eve,",
            "{ username: eve, password: Password-1,",
            "pools[0].users[1].temporary_password: a user has",
        ),
        (
            "{ username: eve,",
            "{ username: eve, status: CONFIRMED,",
            "pools[0].users[1].status: FORCE_CHANGE_PASSWORD is",
        ),
        ("status: UNCONFIRMED", "status: FORCE_CHANGE_PASSWORD", "pools[0].users[2].status: FORCE_CHANGE_PASSWORD is"),
        ("000000000001", "1", "pools[0].users[0].sub: the sub `8c2a7a4e-0000-4000-8000-1` is not a UUID in lower case"),
        ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "189", "pools[0].users[0].totp_secret: the secret is not base32"),
        ("[readers, admins]", "[readers, nobody]", "pools[0].users[0].groups[1]: "),
        (
            "custom:team",
            "custom:size",
            "pools[0].users[0].attributes: Attributes did not conform to the schema: Type for",
        ),
        ("ada@example.com", "nothing", "pools[0].users[0].attributes: Invalid email address format."),
        ("{ username: eve,", "{ username: ada,", "pools[0].users[1].username: the user `ada` is declared twice"),
        ("{ name: readers }", "{ name: admins }", "pools[0].groups[1].name: the group `admins` is declared twice"),
        ("precedence: 1", "precedence: 1, role_arn: x", "pools[0].groups[0]: "),
        ("username: ada\n", "username: 'a b'\n", "pools[0].users[0]: 1 validation error detected: Value at 'username'"),
    ];
    for (before, after, beginning) in cases {
        let scene = Scene::new();
        assert!(PEOPLE.contains(before), "{before}");
        let refused = scene.apply(&PEOPLE.replace(before, after)).await.unwrap_err();
        assert!(refused.starts_with(beginning), "{refused}");
        assert_eq!(scene.database.get(&documents::user_pool(&UserPoolId::from(POOL))).await.unwrap(), None);
    }
}

#[tokio::test]
async fn one_user_is_declared_once_however_the_name_is_written() {
    let world = |sensitive: bool| {
        format!(
            "pools: [{{ id: {POOL}, settings: {{ UsernameConfiguration: {{ CaseSensitive: {sensitive} }} }},
               users: [{{ username: ada }}, {{ username: Ada }}] }}]"
        )
    };
    assert_eq!(Scene::new().applied(&world(true)).await.created.len(), 3);
    let refused = Scene::new().apply(&world(false)).await.unwrap_err();
    assert_eq!(refused, "pools[0].users[1].username: the user `Ada` is declared twice");
}

#[tokio::test]
async fn what_never_changes_cannot_be_declared_otherwise() {
    let scene = Scene::new();
    scene.applied(PEOPLE).await;
    let cases = [
        ("000000000001", "000000000009", "pools[0].users[0].sub: the user has the `sub` 8c2a7a4e-0000-4000-8000-00"),
        (
            "'custom:team': blue",
            "'custom:team': red",
            "pools[0].users[0].attributes: user.custom:team: Attribute cannot",
        ),
    ];
    for (before, after, beginning) in cases {
        let refused = scene.apply(&PEOPLE.replace(before, after)).await.unwrap_err();
        assert!(refused.starts_with(beginning), "{refused}");
    }
}

#[tokio::test]
async fn second_factors_are_declared_with_their_pool() {
    let scene = Scene::new();
    let world = |mode: &str| {
        format!(
            "pools: [{{ id: {POOL},
               mfa: {{ MfaConfiguration: {mode}, SoftwareTokenMfaConfiguration: {{ Enabled: true }} }} }}]"
        )
    };
    scene.applied(&world("OPTIONAL")).await;
    assert!(scene.pool().await.mfa.software_token());
    let refused = scene.apply(&world("MAYBE")).await.unwrap_err();
    assert!(
        refused.starts_with("pools[0]: 1 validation error detected: Value 'MAYBE' at 'mfaConfiguration'"),
        "{refused}"
    );
    let refused = scene.apply(&world("ON, Factors: 2")).await.unwrap_err();
    assert_eq!(refused, "pools[0].mfa.Factors: is not a member of this request on the wire");
}
