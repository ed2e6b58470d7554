namespace ServerLib;

/// <summary>Certificates of the server and of clients (configuration section <c>ServerLib:Tls</c>).</summary>
public sealed class ServerTlsOptions
{
    /// <summary>
    /// The server's certificate, as PEM with its chain or as PFX, relative to <see cref="ServerOptions.DataDirectory"/>. The server
    /// reloads it when it changes. Default none: the server creates a self-signed certificate.
    /// </summary>
    public string? CertificateFile { get; set; }

    /// <summary>
    /// The certificate's private key as PEM, if it is not in <see cref="CertificateFile"/>. If users other than its owner can access the file,
    /// the server does not start. A group may read it if it belongs to root.
    /// </summary>
    public string? CertificateKeyFile { get; set; }

    /// <summary>The password of the private key or of the PFX file. Default none.</summary>
    public string? CertificatePassword { get; set; }

    /// <summary>Whether the server asks clients for certificates. Default <see cref="ClientCertificateMode.None"/>.</summary>
    public ClientCertificateMode ClientCertificates { get; set; } = ClientCertificateMode.None;

    /// <summary>
    /// A PEM file of the authorities that may issue client certificates, relative to <see cref="ServerOptions.DataDirectory"/>. Default
    /// none.
    /// </summary>
    public string? ClientCertificateAuthorities { get; set; }
}
