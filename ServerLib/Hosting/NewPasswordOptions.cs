namespace ServerLib;

/// <summary>The rules for new passwords (configuration section <c>ServerLib:Passwords</c>). Existing passwords keep working.</summary>
public sealed class NewPasswordOptions
{
    /// <summary>The minimum length of a new password, in Unicode scalar values, 1 to 256. Default 8.</summary>
    public int MinLength { get; set; } = 8;

    /// <summary>
    /// A UTF-8 file with one forbidden password per line, relative to <see cref="ServerOptions.DataDirectory"/>. The server reads it when
    /// it starts. Passwords are compared after NFKC normalization and case folding. The file can have up to 20,000,000 lines. Each takes 8
    /// bytes of memory. Default none.
    /// </summary>
    public string? DeniedFile { get; set; }
}
