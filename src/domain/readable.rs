//! Which attributes of a user a client is shown: those that it may read, as far as the granted scopes ask for them.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html>

use super::client::ClientSettings;
use super::scope::Scope;
use super::sign_in::Origin;

/// The attributes behind the scope `profile`; custom ones come with it.
pub const PROFILE: [&str; 14] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];
/// The attributes behind the scope `email`.
pub const EMAIL: [&str; 2] = ["email", "email_verified"];
/// The attributes behind the scope `phone`.
pub const PHONE: [&str; 2] = ["phone_number", "phone_number_verified"];

/// Which attributes are shown.
#[derive(Debug, Clone, Copy)]
pub struct Readable<'a> {
    permitted: Option<&'a [String]>,
    /// Which of the three scopes narrow what is shown; none of them means everything.
    narrowed: Option<[bool; 3]>,
}

impl<'a> Readable<'a> {
    /// What tokens of this client show. COGNITO: an API sign-in, and `openid` alone, show everything readable.
    pub fn new(settings: &'a ClientSettings, origin: Origin, scopes: &[Scope]) -> Self {
        let granted = ["profile", "email", "phone"].map(|name| scopes.iter().any(|scope| scope.as_str() == name));
        let narrowed = (origin != Origin::Api && granted.contains(&true)).then_some(granted);
        Self { permitted: settings.read_attributes.as_deref(), narrowed }
    }

    /// Whether an attribute is shown.
    pub fn shows(&self, attribute: &str) -> bool {
        let wanted = self.narrowed.is_none_or(|[profile, email, phone]| {
            let custom = attribute.contains(':');
            (profile && (custom || PROFILE.contains(&attribute)))
                || (email && EMAIL.contains(&attribute))
                || (phone && PHONE.contains(&attribute))
        });
        wanted && may_read(self.permitted, attribute)
    }
}

/// Whether the client may read an attribute. COGNITO: without a list it may read all of them (docs/fidelity.md).
fn may_read(permitted: Option<&[String]>, attribute: &str) -> bool {
    attribute == "sub" || permitted.is_none_or(|permitted| permitted.iter().any(|name| name == attribute))
}

/// The attributes behind these scopes that the client may not read: with any of them, its codes are worth nothing.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>
pub fn forbidden(settings: &ClientSettings, scopes: &[Scope]) -> Vec<&'static str> {
    let Some(permitted) = settings.read_attributes.as_deref() else { return Vec::new() };
    let granted = |name: &str| scopes.iter().any(|scope| scope.as_str() == name);
    let behind = |name: &str, attributes: &'static [&'static str]| if granted(name) { attributes } else { &[] };
    let all = [behind("profile", &PROFILE), behind("email", &EMAIL), behind("phone", &PHONE)];
    all.into_iter().flatten().copied().filter(|attribute| !may_read(Some(permitted), attribute)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(readable: &[&str]) -> ClientSettings {
        let readable = readable.iter().copied().map(str::to_owned).collect();
        ClientSettings { read_attributes: Some(readable), ..ClientSettings::default() }
    }

    fn shown(settings: &ClientSettings, origin: Origin, scopes: &[&str]) -> Vec<&'static str> {
        let scopes: Vec<Scope> = scopes.iter().copied().map(Scope::from).collect();
        let readable = Readable::new(settings, origin, &scopes);
        let tried = ["name", "email", "email_verified", "phone_number", "custom:team", "address"];
        tried.into_iter().filter(|name| readable.shows(name)).collect()
    }

    #[test]
    fn a_scope_beside_openid_narrows_what_is_shown() {
        let all = ["name", "email", "email_verified", "phone_number", "custom:team", "address"];
        let anything = ClientSettings::default();
        assert_eq!(shown(&anything, Origin::Code, &["openid"]), all);
        assert_eq!(shown(&anything, Origin::Code, &["openid", "email"]), ["email", "email_verified"]);
        assert_eq!(shown(&anything, Origin::Code, &["openid", "profile"]), ["name", "custom:team"]);
        assert_eq!(shown(&anything, Origin::Implicit, &["openid", "phone"]), ["phone_number"]);
        assert_eq!(shown(&anything, Origin::Api, &["aws.cognito.signin.user.admin", "email"]), all);
    }

    #[test]
    fn what_the_client_may_not_read_is_not_shown() {
        assert_eq!(shown(&client(&["email", "custom:team"]), Origin::Api, &[]), ["email", "custom:team"]);
        assert_eq!(shown(&client(&["email"]), Origin::Code, &["openid", "profile"]), Vec::<&str>::new());
    }

    #[test]
    fn every_attribute_behind_a_scope_must_be_readable() {
        let scopes = |names: &[&str]| names.iter().copied().map(Scope::from).collect::<Vec<_>>();
        let reader = client(&["email", "phone_number", "phone_number_verified"]);
        assert_eq!(forbidden(&reader, &scopes(&["openid", "email", "phone"])), ["email_verified"]);
        assert_eq!(forbidden(&reader, &scopes(&["openid", "phone"])), Vec::<&str>::new());
        assert_eq!(forbidden(&ClientSettings::default(), &scopes(&["email"])), Vec::<&str>::new());
        assert_eq!(forbidden(&reader, &scopes(&["profile"])).len(), 14);
    }
}
