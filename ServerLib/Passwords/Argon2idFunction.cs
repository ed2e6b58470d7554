namespace ServerLib.Passwords;

/// <summary>Argon2id (RFC 9106), version 1.3.</summary>
/// <param name="password">The bytes of the password; may be empty.</param>
/// <param name="salt">The salt, 16 bytes.</param>
/// <param name="cost">The parameters.</param>
/// <param name="hash">Gets the hash. Its length is the length of the hash.</param>
internal delegate void Argon2idFunction(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> hash);
