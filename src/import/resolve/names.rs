//! What names of a template stand for: parameters, resources, and what AWS knows about the stack.

use super::{Resolver, Text};
use crate::import::document::Node;

/// Where templates are taken to be deployed, unless `AWS::Region` is tied.
const REGION: &str = "us-east-1";

impl Resolver<'_> {
    /// What a name is tied to.
    pub(in crate::import) fn tied(&self, name: &str) -> Option<Text> {
        self.ties.map.get(name).map(Text::known)
    }

    /// What `!Ref name` comes to.
    pub(super) fn named(&self, name: &str) -> Text {
        if let Some(resource) = self.resources.get(name) {
            return self.attribute_in(resource, name, None).unwrap_or_else(|| Text::unknown(name));
        }
        if let Some(tied) = self.tied(name) {
            return tied;
        }
        let known = self.parameters.get(name).and_then(|parameter| default_of(parameter));
        let known = known.or(match name {
            "AWS::Region" => Some(REGION),
            "AWS::AccountId" => Some("000000000000"),
            "AWS::Partition" => Some("aws"),
            "AWS::URLSuffix" => Some("amazonaws.com"),
            _ => None,
        });
        known.map_or_else(|| Text::unknown(name), Text::known)
    }

    /// What `!GetAtt name.attribute` comes to.
    pub(super) fn attribute_of(&self, name: &str, attribute: &str) -> Text {
        let whole = format!("{name}.{attribute}");
        if let Some(tied) = self.tied(&whole) {
            return tied;
        }
        let resource = self.resources.get(name);
        let known = resource.and_then(|resource| self.attribute_in(resource, name, Some(attribute)));
        known.unwrap_or_else(|| Text::unknown(&whole))
    }

    /// What follows from a resource of the file: its reference, or an attribute.
    fn attribute_in(&self, resource: &Node, name: &str, attribute: Option<&str>) -> Option<Text> {
        let tied = self.tied(name);
        match (resource.get("Type").and_then(Node::text)?, attribute) {
            ("AWS::Cognito::UserPool", attribute) => {
                let id = tied.map_or_else(|| self.pool_id(name), |tied| tied.value);
                let region = id.split_once('_').map_or(REGION, |(region, _)| region).to_owned();
                match attribute {
                    None | Some("UserPoolId") => Some(Text::known(id)),
                    Some("Arn") => {
                        let account = self.named("AWS::AccountId").value;
                        Some(Text::known(format!("arn:aws:cognito-idp:{region}:{account}:userpool/{id}")))
                    }
                    Some("ProviderName") => Some(Text::known(format!("cognito-idp.{region}.amazonaws.com/{id}"))),
                    Some("ProviderURL") => {
                        Some(Text::known(format!("https://cognito-idp.{region}.amazonaws.com/{id}")))
                    }
                    Some(_) => None,
                }
            }
            ("AWS::Cognito::UserPoolClient", None | Some("ClientId")) => {
                Some(tied.unwrap_or_else(|| Text::known(name)))
            }
            ("AWS::Cognito::UserPoolResourceServer", None) => tied.or_else(|| {
                let identifier = resource.get("Properties")?.get("Identifier")?;
                self.refer(|| self.text(identifier))
            }),
            (_, None) => tied,
            (_, Some(_)) => None,
        }
    }

    /// The id that a pool of the template has unless it is tied: that of its logical id.
    fn pool_id(&self, logical: &str) -> String {
        let region = self.tied("AWS::Region").map_or_else(|| REGION.to_owned(), |tied| tied.value);
        format!("{region}_{logical}")
    }

    /// The logical id from which a pool's id was made.
    pub(in crate::import) fn logical_pool(&self, id: &str) -> Option<&str> {
        let (_, logical) = id.split_once('_')?;
        let (logical, _) = self.resources.get_key_value(logical)?;
        let made = self.tied(logical).is_none() && self.pool_id(logical) == id;
        (made && self.resource(logical, "AWS::Cognito::UserPool").is_some()).then_some(*logical)
    }

    /// Whether a client's id was made from a logical id.
    pub(in crate::import) fn is_logical_client(&self, id: &str) -> bool {
        self.tied(id).is_none() && self.resource(id, "AWS::Cognito::UserPoolClient").is_some()
    }
}

/// What a parameter is unless it is given. The default of one that AWS looks up elsewhere is the place to look, no value.
fn default_of(parameter: &Node) -> Option<&str> {
    let kind = parameter.get("Type").and_then(Node::text).unwrap_or("String");
    parameter.get("Default").and_then(Node::text).filter(|_| !kind.starts_with("AWS::SSM::"))
}
