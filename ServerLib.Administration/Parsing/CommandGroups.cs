namespace ServerLib.Administration.Parsing;

/// <summary>What the words mean that several commands begin with.</summary>
internal static class CommandGroups
{
    public static string Describe(string word) => word switch
    {
        "user" => "Accounts: add, list, lock, remove",
        "key" => "Public keys of an account",
        "invite" => "Invitations to register",
        "role" => "Roles of accounts",
        "ban" => "Bans of users and addresses",
        "throttle" => "Waits after failed logins and registrations",
        "config" => "The configuration",
        "completion" => "Completion of commands in a shell",
        _ => $"Commands for {word}",
    };
}
