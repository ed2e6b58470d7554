namespace ServerLib.Passwords;

/// <summary>Argon2id (RFC 9106), version 1.3.</summary>
/// <param name="password">The password's bytes; may be empty.</param>
/// <param name="salt">Sixteen bytes.</param>
/// <param name="cost">The parameters.</param>
/// <param name="hash">Where the hash goes; its length is the hash's.</param>
internal delegate void Argon2idFunction(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Cost cost, Span<byte> hash);
