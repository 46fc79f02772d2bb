//! The routes of a gateway, arranged so that finding one does not depend on how many there are.
//!
//! One tree of path segments serves both manners of matching, which differ in whether a dead end is final.

use std::collections::HashMap;
use std::sync::Arc;

use super::dialect::Dialect;
use super::path::{DEEPEST, Segment};
use super::reading;
use super::route::{Method, Route, RouteKey};

/// The methods that every server knows (RFC 9110, section 9; RFC 5789).
const STANDARD: [&str; 9] = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

/// Routes by path and method.
#[derive(Debug)]
pub struct RouteTable {
    manner: Manner,
    root: Node,
    /// The same routes by how their paths may be read. Of those that read alike, the first.
    read: Node,
    /// The same for those who keep empty segments.
    kept: Node,
    /// Whether no route's own path can be read in another way.
    is_plain: bool,
    default: Option<Arc<Route>>,
    routes: Vec<Arc<Route>>,
}

/// What happens at a dead end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    // COGNITO: a REST API never tries another branch: a literal segment keeps its whole subtree from a parameter or greedy
    // neighbour, and a path without the method does not fall through to one that has it (documented and reported).
    /// The end.
    Final,
    /// The next best branch is tried: literal before parameter before greedy, this method before `ANY`, then `$default`.
    Backtracks,
}

/// The routes that share a path up to here.
#[derive(Debug, Default)]
struct Node {
    literals: HashMap<String, Node, foldhash::fast::RandomState>,
    parameter: Option<Box<Node>>,
    methods: Methods,
    greedy: Methods,
}

/// The routes of one path.
#[derive(Debug, Default)]
struct Methods {
    named: Vec<(String, Arc<Route>)>,
    any: Option<Arc<Route>>,
}

/// What a request's path and method lead to.
#[derive(Debug, Clone)]
pub enum Found<'t> {
    /// A route.
    Route(Matched<'t>),
    /// A path that some route is for, but not with this method.
    OtherMethod,
    /// Nothing.
    Nothing,
}

/// A route, and how the path matched it.
#[derive(Debug, Clone)]
pub struct Matched<'t> {
    /// The route.
    pub route: &'t Arc<Route>,
    /// The values of its parameters, by name, as they stand in the path.
    pub parameters: Vec<(&'t str, String)>,
    /// How many bytes at the end of the path its greedy parameter matched.
    pub tail: usize,
}

/// Two routes that are for the same requests.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the route `{second}` is for the same requests as `{first}`")]
pub struct SameRoute {
    /// One.
    pub first: RouteKey,
    /// The other.
    pub second: RouteKey,
}

impl RouteTable {
    /// Arranges the routes.
    pub fn new(routes: Vec<Route>, dialect: Dialect) -> Result<Self, Box<SameRoute>> {
        let manner = if dialect == Dialect::RestApi { Manner::Final } else { Manner::Backtracks };
        let routes: Vec<_> = routes.into_iter().map(Arc::new).collect();
        let is_plain = routes.iter().filter_map(|route| route.key.path()).all(|path| reading::is_plain(path.as_str()));
        let (root, read, kept) = (Node::default(), Node::default(), Node::default());
        let mut table = Self { manner, root, read, kept, is_plain, default: None, routes: Vec::new() };
        for route in &routes {
            table.add(route)?;
        }
        Ok(Self { routes, ..table })
    }

    fn add(&mut self, route: &Arc<Route>) -> Result<(), Box<SameRoute>> {
        let RouteKey::Of(method, path) = &route.key else {
            return once(&mut self.default, route);
        };
        // Those that only read alike are told apart as they were declared.
        let _read_alike = self.read.add(&reading::of_template(path), method, route);
        let _kept_alike = self.kept.add(&reading::of_template_kept(path), method, route);
        self.root.add(path.segments(), method, route)
    }

    /// The routes, in the order in which they were given.
    pub fn routes(&self) -> &[Arc<Route>] {
        &self.routes
    }

    /// What this method and path lead to. The path begins with a slash and has no query.
    pub fn find(&self, method: &str, path: &str) -> Found<'_> {
        let segments = segments(path);
        if segments.len() > DEEPEST {
            return Found::Nothing;
        }
        match self.search(&self.root, &Search { method: Some(method), segments: &segments }) {
            Ok((route, depth)) => Found::Route(matched(route, &segments, depth, path)),
            Err(dead_end) => dead_end,
        }
    }

    /// Whether a server that decodes the path, or merges its slashes, or does not mind the one at its end, may take it for
    /// a path that is not this route's: another one's, or one of those that a REST API keeps from it.
    pub fn reads_otherwise(&self, method: &str, path: &str, matched: &Matched<'_>) -> bool {
        if self.is_plain && reading::is_plain(path) {
            return false;
        }
        let alike = |root: &Node, read: &[String]| {
            let segments: Vec<&str> = read.iter().map(String::as_str).collect();
            let found = self.search(root, &Search { method: Some(method), segments: &segments });
            found.map(|(route, _)| read_alike(route, matched.route)).ok()
        };
        let otherwise = |read: &Vec<String>| alike(&self.read, read) != Some(true);
        // Whoever minds an empty segment, but for one at the end perhaps, may take it for a parameter's value.
        let taken = |root: &Node, read: &[String]| {
            let is_there = read.len() > 1 && read.iter().any(|name| name == reading::NOTHING);
            is_there && alike(root, read) == Some(false)
        };
        let split = |read: &Vec<String>| {
            let at_end = read.split_last().filter(|(last, _)| *last == reading::NOTHING);
            let shorter = at_end.map_or(read.as_slice(), |(_, before)| before);
            taken(&self.kept, read) || taken(&self.read, shorter)
        };
        // Who cuts the path short may well mind whether there is a slash at its end.
        let shorter = reading::cut(path).map(|path| self.find(method, path));
        let differs = |found| matches!(found, Found::Route(other) if !read_alike(other.route, matched.route));
        let read = reading::each(path).iter().any(otherwise) || reading::each_kept(path).iter().any(split);
        read || shorter.is_some_and(differs)
    }

    /// Whether a server that does not mind the case of letters may take the method for one that every server knows, or
    /// that some route names: `delete` came here by the rule of `ANY`, and is served by that of `DELETE`.
    pub fn is_spelled_otherwise(&self, method: &str, matched: &Matched<'_>) -> bool {
        if matched.route.key.method().is_some_and(|own| *own != Method::Any) || STANDARD.contains(&method) {
            return false;
        }
        let named = self.routes.iter().filter_map(|route| match route.key.method() {
            Some(Method::Named(name)) => Some(name.as_str()),
            Some(Method::Any) | None => None,
        });
        let is_other = |name: &str| name != method && name.eq_ignore_ascii_case(method);
        STANDARD.into_iter().chain(named).any(is_other)
    }

    fn search<'t>(&'t self, root: &'t Node, search: &Search<'_>) -> Result<Hit<'t>, Found<'t>> {
        match self.manner {
            Manner::Final => search.finally(root),
            Manner::Backtracks => {
                let default = || self.default.as_ref().map(|route| (route, search.segments.len()));
                search.anywhere(root).or_else(default).ok_or_else(|| {
                    let with_any = Search { method: None, ..*search };
                    with_any.anywhere(root).map_or(Found::Nothing, |_| Found::OtherMethod)
                })
            }
        }
    }
}

fn read_alike(one: &Route, other: &Route) -> bool {
    let read = |route: &Route| route.key.path().map(reading::of_template);
    one.key == other.key || read(one) == read(other)
}

impl Node {
    fn add(&mut self, path: &[Segment], method: &Method, route: &Arc<Route>) -> Result<(), Box<SameRoute>> {
        let mut node = self;
        for segment in path {
            node = match segment {
                Segment::Literal(text) => node.literals.entry(text.clone()).or_default(),
                Segment::Parameter(_) => &mut **node.parameter.get_or_insert_default(),
                Segment::Greedy(_) => return node.greedy.add(method, route),
            };
        }
        node.methods.add(method, route)
    }
}

/// A route, and how many segments came before its greedy tail.
type Hit<'t> = (&'t Arc<Route>, usize);

/// One request on its way through the tree.
struct Search<'r> {
    /// The method; any will do if there is none.
    method: Option<&'r str>,
    segments: &'r [&'r str],
}

impl Search<'_> {
    fn finally<'t>(&self, root: &'t Node) -> Result<Hit<'t>, Found<'t>> {
        let mut node = root;
        for (depth, segment) in self.segments.iter().enumerate() {
            let parameter = node.parameter.as_deref().filter(|_| !segment.is_empty());
            node = match node.literals.get(*segment).or(parameter) {
                Some(next) => next,
                None if node.greedy.is_empty() || !self.has_tail(depth) => return Err(Found::Nothing),
                None => {
                    let route = node.greedy.find(self.method);
                    return route.map(|route| (route, depth)).ok_or(Found::OtherMethod);
                }
            };
        }
        match node.methods.find(self.method) {
            Some(route) => Ok((route, self.segments.len())),
            None if node.methods.is_empty() => Err(Found::Nothing),
            None => Err(Found::OtherMethod),
        }
    }

    /// The best match, a dead end being none.
    fn anywhere<'t>(&self, root: &'t Node) -> Option<Hit<'t>> {
        self.fully(root, 0).or_else(|| self.greedily(root, 0))
    }

    /// The best match without a greedy parameter. Every node is visited at most once.
    fn fully<'t>(&self, node: &'t Node, depth: usize) -> Option<Hit<'t>> {
        let Some(segment) = self.segments.get(depth) else {
            return node.methods.find(self.method).map(|route| (route, depth));
        };
        let literal = node.literals.get(*segment).and_then(|next| self.fully(next, depth + 1));
        let parameter = || node.parameter.as_deref().filter(|_| !segment.is_empty());
        literal.or_else(|| parameter().and_then(|next| self.fully(next, depth + 1)))
    }

    /// The greedy match with the longest path before its tail.
    fn greedily<'t>(&self, node: &'t Node, depth: usize) -> Option<Hit<'t>> {
        let segment = self.segments.get(depth)?;
        let literal = node.literals.get(*segment).and_then(|next| self.greedily(next, depth + 1));
        let parameter = || node.parameter.as_deref().filter(|_| !segment.is_empty());
        let deeper = literal.or_else(|| parameter().and_then(|next| self.greedily(next, depth + 1)));
        let here = || node.greedy.find(self.method).filter(|_| self.has_tail(depth)).map(|route| (route, depth));
        deeper.or_else(here)
    }

    /// Whether there is something from this segment on for a greedy parameter to match.
    fn has_tail(&self, depth: usize) -> bool {
        self.segments.get(depth..).is_some_and(|tail| tail.iter().any(|segment| !segment.is_empty()))
    }
}

impl Methods {
    fn add(&mut self, method: &Method, route: &Arc<Route>) -> Result<(), Box<SameRoute>> {
        let Method::Named(name) = method else { return once(&mut self.any, route) };
        if let Some((_, first)) = self.named.iter().find(|(named, _)| named == name) {
            return Err(same(first, route));
        }
        self.named.push((name.clone(), Arc::clone(route)));
        Ok(())
    }

    fn find(&self, method: Option<&str>) -> Option<&Arc<Route>> {
        let is_meant = |name: &str| method.is_none_or(|method| name == method);
        self.named.iter().find(|(name, _)| is_meant(name)).map(|(_, route)| route).or(self.any.as_ref())
    }

    fn is_empty(&self) -> bool {
        self.named.is_empty() && self.any.is_none()
    }
}

fn same(first: &Route, second: &Route) -> Box<SameRoute> {
    Box::new(SameRoute { first: first.key.clone(), second: second.key.clone() })
}

fn once(place: &mut Option<Arc<Route>>, route: &Arc<Route>) -> Result<(), Box<SameRoute>> {
    if let Some(first) = place {
        return Err(same(first, route));
    }
    *place = Some(Arc::clone(route));
    Ok(())
}

/// What stands between the slashes; nothing in `/`. Of more segments than a route has, only that there are more.
fn segments(path: &str) -> Vec<&str> {
    let rest = path.strip_prefix('/').unwrap_or(path);
    if rest.is_empty() { Vec::new() } else { rest.split('/').take(DEEPEST + 1).collect() }
}

fn matched<'t>(route: &'t Arc<Route>, segments: &[&str], depth: usize, path: &str) -> Matched<'t> {
    let templates = route.key.path().map_or(&[] as &[Segment], |path| path.segments());
    let before: usize = segments.iter().take(depth).map(|segment| segment.len() + 1).sum();
    let greedy = matches!(templates.last(), Some(Segment::Greedy(_)));
    let tail = if greedy { path.get(before + 1..).unwrap_or_default() } else { "" };
    let values = templates.iter().zip(segments).filter_map(|(template, value)| match template {
        Segment::Literal(_) => None,
        Segment::Parameter(name) => Some((name.as_str(), (*value).to_owned())),
        Segment::Greedy(name) => Some((name.as_str(), tail.to_owned())),
    });
    Matched { route, parameters: values.collect(), tail: tail.len() }
}
