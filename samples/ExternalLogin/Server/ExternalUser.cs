namespace ExternalLogin;

/// <summary>A user as the service knows them.</summary>
internal sealed record ExternalUser(string Name, string[] Roles);
