namespace OnnxInit.Contracts.Figures;

/// <summary>A figure as data: panels in rows, left to right. Who draws it needs nothing else, and its numbers can be written down.</summary>
/// <param name="Name">Its file's name without the extension: lower case, digits and hyphens.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Caption">One or two sentences: what to see in it.</param>
/// <param name="Panels">The panels.</param>
/// <param name="Columns">Panels of one row.</param>
public sealed record Figure(string Name, string Title, string Caption, IReadOnlyList<Panel> Panels, int Columns = 1);
