//! What each declared gateway comes to: what it imports, and what is declared over that.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::config::gateway::misdeclared;
use crate::config::{ConfigFile, DeclaredGateway, FileError};
use crate::domain::gateway::api::Api;
use crate::domain::gateway::authorizer::{AudiencePattern, Issuer};
use crate::domain::gateway::dialect::Dialect;
use crate::domain::gateway::path::PathTemplate;
use crate::domain::gateway::route::{Access, Route};
use crate::domain::id::UserPoolId;
use crate::import::{self, Imported, NeededPool, Ties};

use super::missing;

/// The pools that authorizers may mean.
pub enum Known {
    /// These.
    These(BTreeSet<UserPoolId>),
    /// Whatever they name.
    All,
    /// Whatever they name, in a server where nothing can be declared.
    Elsewhere,
}

/// What a declared gateway comes to.
pub struct Plan<'f> {
    /// The file that declares it.
    pub file: &'f ConfigFile,
    /// Which of the file's gateways it is.
    pub position: usize,
    /// As it is declared.
    pub declared: &'f DeclaredGateway,
    /// The API.
    pub api: Api,
    /// What whoever declared it should know.
    pub notes: Vec<String>,
    /// The pools that must be declared for it.
    pub needs: Vec<NeededPool>,
    /// The pools that are not here, and are not to be declared for it.
    pub lacks: Vec<UserPoolId>,
}

/// What the gateways of these files come to.
pub fn plans<'f>(files: &'f [ConfigFile], known: &Known) -> Result<Vec<Plan<'f>>, FileError> {
    let each = files.iter().flat_map(|file| (0..file.gateways.len()).map(move |position| (file, position)));
    each.filter_map(|(file, position)| Some((file, position, file.gateways.get(position)?)))
        .map(|(file, position, declared)| plan(file, position, declared, known))
        .collect()
}

fn plan<'f>(
    file: &'f ConfigFile,
    position: usize,
    declared: &'f DeclaredGateway,
    known: &Known,
) -> Result<Plan<'f>, FileError> {
    let imported = declared.import.as_ref().map(|path| imported(file, position, declared, path, known)).transpose()?;
    let is_known = |pool: &UserPoolId| match known {
        Known::These(pools) => pools.contains(pool),
        Known::All | Known::Elsewhere => true,
    };
    let (api, notes, needed) = match imported {
        None => (None, Vec::new(), Vec::new()),
        Some((path, imported)) => {
            let place = |line: Option<u64>| line.map(|line| format!(":{line}")).unwrap_or_default();
            let note = |note: &import::Note| format!("{}{}: {}", path.display(), place(note.line), note.text);
            (Some(imported.api), imported.notes.iter().map(note).collect(), imported.needs.pools)
        }
    };
    let (needs, lacks) = if declared.create_missing {
        (needed, Vec::new())
    } else {
        (Vec::new(), needed.into_iter().map(|pool| pool.id).filter(|pool| !is_known(pool)).collect())
    };
    let (mut notes, unknown) = (notes, declared.authorizers.iter());
    for (name, authorizer) in unknown {
        for pool in authorizer.pools.iter().filter(|pool| !is_known(pool)) {
            notes.push(format!("the authorizer `{name}` of `{}`: there is no pool `{pool}` here", declared.name));
        }
    }
    let api = declared.api(api, &is_known).map_err(|error| file.misdeclared(position, error))?;
    notes.extend(shut_by_pattern(&api, &needs));
    notes.extend(unreachable(declared, &api));
    Ok(Plan { file, position, declared, api, notes, needs, lacks })
}

/// What to know about routes that no request gets to: see `gateway::serve`.
fn unreachable(declared: &DeclaredGateway, api: &Api) -> Vec<String> {
    let is_at_root = declared.place().is_ok_and(|(_, base_path, stage)| base_path.is_empty() && stage.is_none());
    let routes = api.routes.iter().filter(|_| api.dialect == Dialect::RestApi && is_at_root);
    let reserved =
        routes.filter(|route| matches!(route.key.path().map(PathTemplate::as_str), Some("/ping" | "/sping")));
    let note = |route: &Route| format!("{}: the gateway answers `healthy` itself, as API Gateway does", route.key);
    reserved.map(note).collect()
}

/// Routes to which the expression for the audience lets no token through that there is or will be.
fn shut_by_pattern(api: &Api, needs: &[NeededPool]) -> Vec<String> {
    let mut notes = Vec::new();
    for route in &api.routes {
        let Access::Authorizer(authorizer, scopes) = &route.access else { continue };
        let Some(pattern) = &authorizer.audience_pattern else { continue };
        let pools = authorizer.issuers.iter().filter_map(|issuer| match issuer {
            Issuer::Pool(pool) => Some(pool),
            Issuer::Remote(_) => None,
        });
        let (name, key, pattern_text) = (&authorizer.name, &route.key, pattern.as_str());
        if !scopes.is_empty() && pools.clone().count() == authorizer.issuers.len() {
            notes.push(format!(
                "`{key}` takes no token: it asks for scopes, which only access tokens have, and `{name}` wants an `aud` \
                 that matches `{pattern_text}`, which they do not have"
            ));
        } else if pools.clone().any(|pool| is_out_of_reach(pattern, pool, needs)) {
            notes.push(format!(
                "`{key}` takes no token of the client that is made for it: its id does not match `{pattern_text}` of \
                 `{name}`; declare the pool with a client whose id does"
            ));
        }
    }
    notes
}

/// Whether no client matches that is made for people in a pool that lacks.
fn is_out_of_reach(pattern: &AudiencePattern, pool: &UserPoolId, needs: &[NeededPool]) -> bool {
    let needed = needs.iter().filter(|need| need.id == *pool);
    needed.into_iter().any(|need| {
        let drawn = missing::id_for_people(pool);
        !pattern.matches(drawn.as_str()) && !need.audiences.iter().any(|audience| pattern.matches(audience))
    })
}

/// The file that a gateway imports, read; and where it is.
fn imported(
    file: &ConfigFile,
    position: usize,
    declared: &DeclaredGateway,
    import: &Path,
    known: &Known,
) -> Result<(PathBuf, Imported), FileError> {
    let path = file.folder().join(import);
    let text = fs::read_to_string(&path).map_err(|error| {
        // With flags, the file is named already.
        let named = if file.is_of_flags() { String::new() } else { format!("`{}` ", path.display()) };
        let problem = format!("{named}cannot be read: {error}");
        file.misdeclared(position, misdeclared("import", problem))
    })?;
    if declared.create_missing && matches!(known, Known::Elsewhere) {
        let problem = "the pools are elsewhere, where nothing can be created";
        return Err(file.misdeclared(position, misdeclared("create_missing", problem)));
    }
    let (pools, all) = match known {
        Known::These(pools) => (pools.clone(), false),
        Known::All | Known::Elsewhere => (BTreeSet::new(), true),
    };
    let create_missing = declared.create_missing || all;
    let ties = Ties {
        map: declared.map.clone(),
        pools,
        create_missing,
        has_base_path: declared.base_path.is_some(),
        has_stage: declared.stage.is_some(),
        api: declared.api.clone(),
    };
    match import::read(&path, &text, &ties) {
        Ok(imported) => Ok((path, imported)),
        Err(error) => Err(FileError { file: error.file, line: error.line, key: None, problem: error.problem }),
    }
}
