namespace ServerLib.Clients;

/// <summary>The values of <see cref="ServerClientException.Code"/> that the client acts on or sets itself.</summary>
internal static class ClientCode
{
    public const string AccountChanged = "account-changed";
    public const string Bye = "bye";
    public const string Banned = "banned";
    public const string BadFrame = "bad-frame";
    public const string CertificateRefused = "certificate-refused";
    public const string Kicked = "kicked";
    public const string Lost = "lost";
    public const string Refused = "refused";
    public const string Resumed = "resumed";
    public const string TlsRequired = "tls-required";
    public const string Untrusted = "untrusted";
}
