namespace ServerLib.Tests.Passwords;

/// <summary>A hasher without cost. A hash is the password with a version before it.</summary>
internal sealed class FakeHasher : IPasswordHasher
{
    public string Version { get; set; } = "v1";

    public bool IsBusy { get; set; }

    /// <summary>What happens while a password is verified.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    /// <summary>The hashes that passwords were compared with.</summary>
    public List<string> Compared { get; } = [];

    public ValueTask<string?> HashAsync(string password, bool hasPriority = false, CancellationToken cancellationToken = default) =>
        new(IsBusy ? null : $"{Version}:{password}");

    public async ValueTask<PasswordVerification> VerifyAsync(
        string password, string hash, bool hasPriority = false, CancellationToken cancellationToken = default)
    {
        lock (Compared)
            Compared.Add(hash);
        await Meanwhile();
        string[] parts = hash.Split(':', 2);
        return IsBusy ? PasswordVerification.Busy
            : parts.Length < 2 || parts[1] != password ? PasswordVerification.Failed
            : parts[0] == Version ? PasswordVerification.Success
            : PasswordVerification.SuccessRehashNeeded;
    }

    public string? FindProblem(string hash) => hash.Contains(':', StringComparison.Ordinal) ? null : "it is not a hash";
}
