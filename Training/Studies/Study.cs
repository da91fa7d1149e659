namespace OnnxInit.Training.Studies;

/// <summary>An experiment on initialisation with a question, a theory and a verdict.</summary>
public abstract class Study
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What it is about, as a heading.</summary>
    public abstract string Title { get; }

    /// <summary>What it asks, in one sentence.</summary>
    public abstract string Question { get; }

    /// <summary>Runs it.</summary>
    /// <param name="context">Seed, data, whom to tell.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public abstract StudyResult Run(StudyContext context);
}
