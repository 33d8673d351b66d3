"""News: any RSS or Atom feed. Only the particulars of its items are kept, never their full text."""
