CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL
);

-- The passwords are 'correct horse' and 'battery staple'.
INSERT INTO users (name, password) VALUES
    ('Ada', '$2a$11$CUo9PqaenKKLF0edgF4EA.pRj4JcQI2e4MUWweBEEBo4J.a7u4vbG'),
    ('Grace', '$2a$11$XcfCCWkyZ.Q1OhiSgr3H4eWgpwUURtTe1FzxIo9.5wkq7spiuqwDm')
    ON CONFLICT DO NOTHING;
