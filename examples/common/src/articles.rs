//! Articles: each belongs to the subject of the token that created it.
//!
//! A request is checked in this order: the token (401, by the guard), whether the article exists
//! (404), its owner (403), and then the body (400).

use axioms_core::{AccessToken, Owned};
use serde::{Deserialize, Serialize};

use crate::body;
use crate::failure::Failure;
use crate::store::Store;

/// An article.
#[derive(Debug, Clone, Serialize, Owned)]
pub struct Article {
    id: u64,
    title: String,
    content: String,
    #[owner]
    author_sub: String,
}

/// A list of articles in an object, so that members can be added later.
#[derive(Debug, Serialize)]
pub struct ArticleList {
    articles: Vec<Article>,
}

#[derive(Deserialize)]
struct Draft {
    title: String,
    #[serde(default)]
    content: String,
}

#[derive(Deserialize)]
struct Change {
    title: Option<String>,
    content: Option<String>,
}

/// All articles.
#[derive(Default)]
pub struct Articles(Store<Article>);

impl Articles {
    /// The articles of the token's subject. Articles of others are not listed, as they cannot be
    /// read by id.
    #[must_use]
    pub fn list(&self, token: &AccessToken) -> ArticleList {
        let mut articles = self.0.list();
        articles.retain(|article| token.subject().is_some_and(|subject| article.is_owned_by(subject)));
        ArticleList { articles }
    }

    /// Creates an article from a JSON body, for the token's subject.
    ///
    /// # Errors
    /// When the body is not an article, or the token has no subject.
    pub fn create(&self, token: &AccessToken, body: &[u8]) -> Result<Article, Failure> {
        let Draft { title, content } = body::parse(body)?;
        let author_sub = token.subject().unwrap_or_default().to_owned();
        let article = Article { id: 0, title, content, author_sub };
        token.require_owner(&article)?;
        Ok(self.0.add(|id| Article { id, ..article }))
    }

    /// An article of the token's subject.
    ///
    /// # Errors
    /// When no article has this id, or it belongs to another subject.
    pub fn find(&self, token: &AccessToken, id: &str) -> Result<Article, Failure> {
        let article = self.0.find(id)?;
        token.require_owner(&article)?;
        Ok(article)
    }

    /// Replaces an article by a JSON body.
    ///
    /// # Errors
    /// As [`Articles::find`], and when the body is not an article.
    pub fn replace(&self, token: &AccessToken, id: &str, body: &[u8]) -> Result<Article, Failure> {
        self.0.change(id, |article| {
            token.require_owner(article)?;
            let Draft { title, content } = body::parse(body)?;
            article.title = title;
            article.content = content;
            Ok(())
        })
    }

    /// Changes those members of an article that a JSON body names.
    ///
    /// # Errors
    /// As [`Articles::find`], and when the body has a member of the wrong type.
    pub fn change(&self, token: &AccessToken, id: &str, body: &[u8]) -> Result<Article, Failure> {
        self.0.change(id, |article| {
            token.require_owner(article)?;
            let Change { title, content } = body::parse(body)?;
            if let Some(title) = title {
                article.title = title;
            }
            if let Some(content) = content {
                article.content = content;
            }
            Ok(())
        })
    }

    /// Deletes an article.
    ///
    /// # Errors
    /// As [`Articles::find`].
    pub fn delete(&self, token: &AccessToken, id: &str) -> Result<(), Failure> {
        self.0.remove(id, |article| Ok(token.require_owner(article)?))
    }
}
