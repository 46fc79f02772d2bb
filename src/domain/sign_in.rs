//! What a user's sign-in leaves behind: codes, refresh tokens and browser sessions, each with an end.

use serde::{Deserialize, Serialize};

use super::id::{ClientId, SignInId, Subject, UserKey};
use super::scope::Scope;
use super::secret::Secret;
use super::time::Timestamp;

/// A document that is of no use after a certain moment, and may be swept away then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief<T> {
    /// Its end.
    pub expires: Timestamp,
    /// What it is about.
    pub value: T,
}

impl<T> Brief<T> {
    /// The value, unless its end has come.
    pub fn alive(self, now: Timestamp) -> Option<T> {
        (now < self.expires).then_some(self.value)
    }
}

/// One sign-in of a user with a client: everything that its tokens share, also those of later refreshes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Its id, `origin_jti` in tokens that can be revoked.
    pub id: SignInId,
    /// The user.
    pub user: UserKey,
    /// The same user for ever: a new user of the same name has another.
    pub sub: Subject,
    /// The client.
    pub client: ClientId,
    /// Which door it came through, which decides what tokens say.
    pub origin: Origin,
    /// When the user proved who it is; `auth_time` in tokens. A browser's session can lead to many sign-ins of one moment.
    pub at: Timestamp,
    /// When this sign-in began: a global sign-out ends those that began before it.
    pub begun: Timestamp,
    /// `event_id` in tokens.
    pub event_id: String,
    /// What was granted.
    pub scopes: Vec<Scope>,
    /// What the client wants to find in the ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The API that the access token is for, if the request named one; its `aud`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The browser's session that led to it, by the digest of its cookie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

/// Which door a sign-in came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The JSON API (`InitiateAuth` and its like).
    Api,
    /// The authorization code grant.
    Code,
    /// The implicit grant.
    Implicit,
}

/// An authorization code that has not been spent; its key is a digest of the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// The sign-in it stands for.
    pub sign_in: SignIn,
    /// The callback it was sent to, which the exchange must repeat.
    pub redirect_uri: String,
    /// The S256 challenge of PKCE, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
}

/// The refresh tokens of one sign-in. None of them is stored: each is a generation number under the family's secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct RefreshFamily {
    /// The sign-in.
    pub sign_in: SignIn,
    /// What makes its tokens unguessable.
    pub secret: Secret,
    /// The generation that works; 0 is the first.
    pub generation: u32,
    /// The generation that the working one replaced, and when: it works until the grace period is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<(u32, Timestamp)>,
    /// When refreshing ends; the document outlives it for as long as access tokens can.
    pub refresh_until: Timestamp,
    /// Whether it was revoked.
    #[serde(default)]
    pub revoked: bool,
}

/// A browser that is signed in to a pool; its key is a digest of the cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserSession {
    /// The user.
    pub user: UserKey,
    /// The same user for ever.
    pub sub: Subject,
    /// When the user signed in; `auth_time` of the tokens it leads to.
    pub at: Timestamp,
}

/// Why a refresh token of a family does not refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unrefreshable {
    /// The family was revoked.
    Revoked,
    /// Its time is over.
    Over,
    /// The token was replaced, and the time for trying again is over.
    Replaced,
}

impl RefreshFamily {
    /// Whether the token of this generation refreshes now; `grace` is how long a replaced one does, in seconds.
    ///
    /// COGNITO: a token that was replaced works within the grace period, and then what it replaced it with no longer
    /// does: only the newest one and the one before it count (measured).
    pub fn judge(&self, generation: u32, now: Timestamp, grace: u32) -> Result<(), Unrefreshable> {
        let tried_again =
            |(replaced, at): (u32, Timestamp)| replaced == generation && now < at.plus_seconds(u64::from(grace));
        if self.revoked {
            Err(Unrefreshable::Revoked)
        } else if now >= self.refresh_until {
            Err(Unrefreshable::Over)
        } else if generation != self.generation && !self.replaced.is_some_and(tried_again) {
            Err(Unrefreshable::Replaced)
        } else {
            Ok(())
        }
    }

    /// Replaces the token of this generation, which was judged good, by a new one.
    pub fn rotate(&mut self, generation: u32, now: Timestamp) {
        if generation == self.generation {
            self.replaced = Some((generation, now));
        }
        self.generation = self.generation.saturating_add(1);
    }

    /// Revokes by the token of this generation; answers whether that ended the family.
    ///
    /// COGNITO: the newest token and the first one end it, one in between does nothing (measured).
    pub fn revoke(&mut self, generation: u32) -> bool {
        if generation == 0 || generation == self.generation {
            self.revoked = true;
        }
        self.revoked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family() -> RefreshFamily {
        let sign_in = SignIn {
            id: SignInId::from("origin"),
            user: UserKey::from("ada"),
            sub: Subject::from("1"),
            client: ClientId::from("shop"),
            origin: Origin::Api,
            at: Timestamp::from_millis(0),
            begun: Timestamp::from_millis(0),
            event_id: "event".to_owned(),
            scopes: Vec::new(),
            nonce: None,
            resource: None,
            session: None,
        };
        let secret = Secret::new("secret");
        let refresh_until = Timestamp::from_millis(3_600_000);
        RefreshFamily { sign_in, secret, generation: 0, replaced: None, refresh_until, revoked: false }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    /// Refreshes with a generation and answers the generation of the new token.
    fn refresh(family: &mut RefreshFamily, generation: u32, seconds: i64) -> Result<u32, Unrefreshable> {
        family.judge(generation, at(seconds), 60)?;
        family.rotate(generation, at(seconds));
        Ok(family.generation)
    }

    #[test]
    fn a_replaced_token_is_tried_again_within_the_grace_period_only() {
        let mut family = family();
        assert_eq!(refresh(&mut family, 0, 10), Ok(1));
        assert_eq!(refresh(&mut family, 0, 69), Ok(2));
        assert_eq!(refresh(&mut family, 0, 70), Err(Unrefreshable::Replaced));
        assert_eq!(refresh(&mut family, 2, 80), Ok(3));
    }

    #[test]
    fn after_a_second_child_only_the_newest_refreshes() {
        let mut family = family();
        assert_eq!((refresh(&mut family, 0, 1), refresh(&mut family, 0, 2)), (Ok(1), Ok(2)));
        assert_eq!(refresh(&mut family, 1, 3), Err(Unrefreshable::Replaced));
        assert_eq!(refresh(&mut family, 2, 4), Ok(3));
    }

    #[test]
    fn reuse_revokes_nothing_else() {
        let mut family = family();
        assert_eq!(refresh(&mut family, 0, 0), Ok(1));
        assert_eq!(refresh(&mut family, 0, 100), Err(Unrefreshable::Replaced));
        assert_eq!(refresh(&mut family, 1, 101), Ok(2));
    }

    #[test]
    fn the_newest_and_the_first_token_end_the_family_and_no_other() {
        for (revoking, ends) in [(0, true), (1, false), (2, true)] {
            let mut family = family();
            assert_eq!((refresh(&mut family, 0, 0), refresh(&mut family, 1, 1)), (Ok(1), Ok(2)));
            assert_eq!(family.revoke(revoking), ends, "{revoking}");
            let expected = if ends { Err(Unrefreshable::Revoked) } else { Ok(3) };
            assert_eq!(refresh(&mut family, 2, 2), expected, "{revoking}");
        }
    }

    #[test]
    fn a_replacement_ends_when_the_first_token_would_have() {
        let mut family = family();
        assert_eq!(refresh(&mut family, 0, 3_599), Ok(1));
        assert_eq!(refresh(&mut family, 1, 3_600), Err(Unrefreshable::Over));
    }

    /// What was measured, told as a family tree: the newest token refreshes, and its parent until the grace period after
    /// its own first child.
    #[derive(Clone, Default)]
    struct Tree {
        /// By generation: the parent and when the first child came.
        tokens: Vec<(Option<usize>, Option<i64>)>,
    }

    impl Tree {
        fn refresh(&mut self, presented: usize, now: i64) -> bool {
            let newest = self.tokens.len() - 1;
            let in_time = |first_child: Option<i64>| first_child.is_some_and(|first| now < first + 60);
            let parent = self.tokens[newest].0 == Some(presented) && in_time(self.tokens[presented].1);
            if presented != newest && !parent {
                return false;
            }
            self.tokens[presented].1.get_or_insert(now);
            self.tokens.push((Some(presented), None));
            true
        }
    }

    /// Tries every presentation after every pause, to this depth.
    fn agree(family: &RefreshFamily, tree: &Tree, now: i64, depth: usize) -> usize {
        if depth == 0 {
            return 1;
        }
        let mut seen = 0;
        for (presented, pause) in (0..tree.tokens.len()).flat_map(|token| [0, 30, 60].map(|pause| (token, pause))) {
            let (mut family, mut tree, now) = (family.clone(), tree.clone(), now + pause);
            let generation = u32::try_from(presented).unwrap();
            let expected = tree.refresh(presented, now);
            assert_eq!(refresh(&mut family, generation, now).is_ok(), expected, "{presented} at {now}");
            seen += agree(&family, &tree, now, depth - 1);
        }
        seen
    }

    #[test]
    fn every_course_of_refreshes_goes_as_it_was_measured() {
        let tree = Tree { tokens: vec![(None, None)] };
        assert!(agree(&family(), &tree, 0, 6) > 10_000);
    }

    #[test]
    fn without_a_grace_period_a_replaced_token_never_works() {
        let mut family = family();
        family.rotate(0, at(5));
        assert_eq!(family.judge(0, at(5), 0), Err(Unrefreshable::Replaced));
        assert_eq!(family.judge(1, at(5), 0), Ok(()));
    }
}
