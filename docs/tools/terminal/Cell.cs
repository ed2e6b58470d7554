/// <summary>A character on the screen.</summary>
internal readonly record struct Cell(char Value, int? Color, bool IsBold, bool IsDim);
