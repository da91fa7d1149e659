using System.Text.Json;
using OnnxInit.Cli.Figures;
using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Files;

namespace OnnxInit.Cli.Studies;

/// <summary>The folder of a study's files.</summary>
internal sealed class StudyFolder
{
    /// <summary>Makes the folder, and removes what a killed process left in it.</summary>
    /// <param name="path">Where.</param>
    public StudyFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(Path);
        AtomicFile.RemoveLeftovers(Path);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Writes NAME.json, and FIGURE.csv, FIGURE.svg and FIGURE.png of each figure.</summary>
    /// <param name="record">What the study found.</param>
    public void Save(StudyRecord record)
    {
        foreach (Figure figure in record.Result.Figures)
        {
            AtomicFile.WriteText(File(figure.Name + ".csv"), FigureCsv.Of(figure));
            AtomicFile.WriteText(File(figure.Name + ".svg"), FigureRenderer.Svg(figure));
            AtomicFile.Write(File(figure.Name + ".png"), stream => stream.Write(FigureRenderer.Png(figure)));
        }

        AtomicFile.WriteText(File(record.Result.Name + ".json"), JsonSerializer.Serialize(record, CliJson.Default.StudyRecord) + "\n");
    }

    /// <summary>The names of the files of a record.</summary>
    /// <param name="record">What the study found.</param>
    public static IReadOnlyList<string> Files(StudyRecord record) =>
        [record.Result.Name + ".json", .. record.Result.Figures.SelectMany(figure => (string[])[figure.Name + ".csv", figure.Name + ".svg", figure.Name + ".png"])];

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
