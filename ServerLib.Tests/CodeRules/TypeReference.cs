namespace ServerLib.Tests.CodeRules;

/// <summary>A reference from one type to another.</summary>
/// <param name="From">The outermost type that contains the reference.</param>
/// <param name="Member">The member that contains it; the type's name if its declaration does.</param>
/// <param name="To">The outermost type that is referenced.</param>
internal sealed record TypeReference(Type From, string Member, Type To);
