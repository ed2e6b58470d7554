namespace ServerLib.Testing.Accounts;

/// <summary>An account of <see cref="InMemoryAccounts"/>.</summary>
internal sealed class InMemoryAccount
{
    public required string Name { get; init; }

    public required string Password { get; set; }

    public required DateTimeOffset RegisteredAt { get; init; }

    public required DateTimeOffset PasswordSetAt { get; set; }

    public bool IsAdmin { get; set; }

    public bool IsLocked { get; set; }

    public List<UserKey> Keys { get; } = [];

    public Guid Stamp { get; private set; } = Guid.NewGuid();

    public void ChangeStamp() => Stamp = Guid.NewGuid();

    public UserAccount ToAccount() => new(Name, IsAdmin, IsLocked, RegisteredAt, PasswordSetAt);
}
