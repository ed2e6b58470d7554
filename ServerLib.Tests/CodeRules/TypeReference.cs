namespace ServerLib.Tests.CodeRules;

/// <summary>A use of one type by another.</summary>
/// <param name="From">The outermost type that uses.</param>
/// <param name="Member">Its member that does; the type's own name where its declaration does.</param>
/// <param name="To">The outermost type that is used.</param>
internal sealed record TypeReference(Type From, string Member, Type To);
