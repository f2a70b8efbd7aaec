//! Books: a token with the scope for an action may act on every book.

use serde::{Deserialize, Serialize};

use crate::body;
use crate::failure::Failure;
use crate::store::Store;

/// A book.
#[derive(Debug, Clone, Serialize)]
pub struct Book {
    id: u64,
    title: String,
    author: Option<String>,
    isbn: Option<String>,
    published_date: Option<String>,
}

/// A list of books in an object, so that members can be added later.
#[derive(Debug, Serialize)]
pub struct BookList {
    books: Vec<Book>,
}

#[derive(Deserialize)]
struct Draft {
    title: String,
    author: Option<String>,
    isbn: Option<String>,
    published_date: Option<String>,
}

impl Draft {
    fn into_book(self, id: u64) -> Book {
        let Self { title, author, isbn, published_date } = self;
        Book { id, title, author, isbn, published_date }
    }
}

#[derive(Deserialize)]
struct Change {
    title: Option<String>,
    author: Option<String>,
    isbn: Option<String>,
    published_date: Option<String>,
}

/// All books.
#[derive(Default)]
pub struct Books(Store<Book>);

impl Books {
    /// Every book.
    #[must_use]
    pub fn list(&self) -> BookList {
        BookList { books: self.0.list() }
    }

    /// Creates a book from a JSON body.
    ///
    /// # Errors
    /// When the body is not a book.
    pub fn create(&self, body: &[u8]) -> Result<Book, Failure> {
        let draft: Draft = body::parse(body)?;
        Ok(self.0.add(|id| draft.into_book(id)))
    }

    /// A book.
    ///
    /// # Errors
    /// When no book has this id.
    pub fn find(&self, id: &str) -> Result<Book, Failure> {
        self.0.find(id)
    }

    /// Replaces a book by a JSON body.
    ///
    /// # Errors
    /// When no book has this id, or the body is not a book.
    pub fn replace(&self, id: &str, body: &[u8]) -> Result<Book, Failure> {
        self.0.change(id, |book| {
            *book = body::parse::<Draft>(body)?.into_book(book.id);
            Ok(())
        })
    }

    /// Changes those members of a book that a JSON body names.
    ///
    /// # Errors
    /// When no book has this id, or the body has a member of the wrong type.
    pub fn change(&self, id: &str, body: &[u8]) -> Result<Book, Failure> {
        self.0.change(id, |book| {
            let change: Change = body::parse(body)?;
            if let Some(title) = change.title {
                book.title = title;
            }
            book.author = change.author.or(book.author.take());
            book.isbn = change.isbn.or(book.isbn.take());
            book.published_date = change.published_date.or(book.published_date.take());
            Ok(())
        })
    }

    /// Deletes a book.
    ///
    /// # Errors
    /// When no book has this id.
    pub fn delete(&self, id: &str) -> Result<(), Failure> {
        self.0.remove(id, |_| Ok(()))
    }
}
