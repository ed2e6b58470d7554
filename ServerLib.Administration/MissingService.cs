namespace ServerLib.Administration;

/// <summary>Explains why a command does not work with a server.</summary>
internal static class MissingService
{
    /// <summary>The user database decides which of these services a server has.</summary>
    public static string Explain(Type service) => service.Name switch
    {
        nameof(IUserAdministration) => "the server's user database has no administration of accounts",
        nameof(IUserKeys) => "the server's user database has no keys",
        nameof(IAccountStamps) => "the server's user database has no tickets",
        "IHostApplicationLifetime" => "the application that runs the server cannot be stopped by a command",
        nameof(IUserDatabase) => "the server has no user database",
        _ => $"the server has no {service.Name}",
    };
}
