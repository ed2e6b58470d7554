namespace ServerLib.Authentication;

/// <summary>A key that encrypts and authenticates tickets.</summary>
/// <param name="Id">Identifies the key in a ticket.</param>
/// <param name="Secret">An AES key of <see cref="Size"/> bytes.</param>
/// <param name="Created">When it was created, UTC.</param>
internal sealed record TicketKey(uint Id, byte[] Secret, DateTime Created)
{
    public const int Size = 32;
}
