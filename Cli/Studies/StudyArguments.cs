using System.CommandLine;
using OnnxInit.Training.Studies;

namespace OnnxInit.Cli.Studies;

/// <summary>The options of one study's verb. A study without options of its own needs no subclass.</summary>
/// <param name="study">The study at its full settings.</param>
internal class StudyArguments(Study study)
{
    /// <summary>The study's name, title and question.</summary>
    public Study Study => study;

    /// <summary>The options; those left out take what the study says, at its full or its quick settings.</summary>
    public virtual IReadOnlyList<Option> Options => [];

    /// <summary>What the folder is called when nobody says: of its own for what is not the whole study, so that it replaces nothing.</summary>
    /// <param name="parsed">The command line.</param>
    public virtual string FolderName(ParseResult parsed) => study.Name;

    /// <summary>Makes the study that the command line describes.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="quick">Whether seconds matter more than error bars.</param>
    public virtual Study Create(ParseResult parsed, bool quick) => StudyCatalog.Create(quick).First(other => other.Name == study.Name);
}
