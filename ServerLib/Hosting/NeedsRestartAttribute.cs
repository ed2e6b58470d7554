namespace ServerLib.Hosting;

/// <summary>Marks options that are read at the start only. All other options can change while the server runs.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NeedsRestartAttribute : Attribute;
