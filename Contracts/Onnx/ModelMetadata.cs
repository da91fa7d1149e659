using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Contracts.Onnx;

/// <summary>
/// What a model file says about itself in <c>metadata_props</c>, so that a program that has only the file can feed it correctly.
/// Lists are separated by commas, numbers written in the invariant culture.
/// </summary>
public static class ModelMetadata
{
    /// <summary>The mean of every channel, in units of 1 = white: <c>0.4914,0.4822,0.4465</c>.</summary>
    public const string Mean = "normalization.mean";

    /// <summary>The standard deviation of every channel, in the same units.</summary>
    public const string Std = "normalization.std";

    /// <summary>Who normalises: <c>caller</c> (the input is float32, normalised) or <c>model</c> (the input is uint8 pixels).</summary>
    public const string NormalizedBy = "normalization.by";

    /// <summary>The class names by index, separated by commas.</summary>
    public const string ClassNames = "classes";

    /// <summary>The network as JSON (a ModelSpec).</summary>
    public const string Spec = "spec";

    /// <summary>The initialisation that the training started from.</summary>
    public const string Initialization = "initialization";

    /// <summary>What the training reached, as JSON.</summary>
    public const string Training = "training";

    /// <summary>How the model was made smaller, as JSON; absent from a model in float32.</summary>
    public const string Quantization = "quantization";

    /// <summary>The value of <see cref="NormalizedBy"/> for a graph that takes uint8 pixels.</summary>
    public const string ByModel = "model";

    /// <summary>The value of <see cref="NormalizedBy"/> for a graph that takes normalised float32.</summary>
    public const string ByCaller = "caller";

    private const string StepKey = "step";

    /// <summary>A normalisation as the two properties that hold it.</summary>
    /// <param name="normalization">Mean and standard deviation per channel.</param>
    public static IEnumerable<KeyValuePair<string, string>> Write(Normalization normalization) =>
        [new(Mean, Join(normalization.Mean)), new(Std, Join(normalization.Std))];

    /// <summary>Everything that a run knows and that belongs into its model file; nothing that changes from one export to the next.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">The training step that the weights are of.</param>
    /// <param name="epoch">The last epoch that was finished then; null when none was.</param>
    /// <param name="normalizedByModel">Whether the graph takes pixels and normalises them itself.</param>
    public static IReadOnlyDictionary<string, string> Of(RunManifest run, long step, EpochRecord? epoch, bool normalizedByModel)
    {
        JsonObject training = new()
        {
            [StepKey] = step,
            ["epoch"] = epoch?.Epoch ?? 0,
            ["seed"] = run.Seed,
            ["validationLoss"] = epoch is { ValidationLoss: var loss } && double.IsFinite(loss) ? loss : null, // JSON has no NaN
            ["validationAccuracy"] = epoch?.ValidationAccuracy,
            ["dataset"] = run.Dataset.Digest,
        };
        if (run.BestEpoch is not null && run.BestEpoch == epoch?.Epoch && step == epoch.Step)
        {
            training["testAccuracy"] = run.TestAccuracy;
            training["testLoss"] = run.TestLoss;
        }

        return new Dictionary<string, string>(Write(run.Dataset.Normalization))
        {
            [NormalizedBy] = normalizedByModel ? ByModel : ByCaller,
            [ClassNames] = string.Join(',', run.Dataset.ClassNames),
            [Spec] = run.Model.ToCompactJson(),
            [Initialization] = run.Configuration.Initialization,
            [Training] = training.ToJsonString(),
        };
    }

    /// <summary>The training step that a model's weights are of; null where the model does not say.</summary>
    /// <param name="properties">A model's metadata.</param>
    public static long? ReadStep(IReadOnlyDictionary<string, string> properties)
    {
        try
        {
            return properties.TryGetValue(Training, out string? training) ? (long?)JsonNode.Parse(training)?[StepKey] : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return null; // another exporter's text
        }
    }

    /// <summary>The normalisation that the properties hold.</summary>
    /// <param name="properties">A model's metadata.</param>
    /// <returns>null where the model does not say.</returns>
    /// <exception cref="InvalidInputException">A value is no list of numbers, the two lists differ in length, or a standard deviation is not above 0.</exception>
    public static Normalization? ReadNormalization(IReadOnlyDictionary<string, string> properties)
    {
        if (!properties.TryGetValue(Mean, out string? mean) || !properties.TryGetValue(Std, out string? std))
        {
            return null;
        }

        double[] means = Split(Mean, mean);
        double[] stds = Split(Std, std);
        return Normalization.FindProblem(means, stds) is { } problem
            ? throw new InvalidInputException($"The model's metadata '{Mean}' and '{Std}' are unusable: {problem}")
            : new Normalization(means, stds);
    }

    private static string Join(IEnumerable<double> values) => string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    private static double[] Split(string key, string text) => [.. text.Split(',').Select(part =>
        double.TryParse(part, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new InvalidInputException($"The model's metadata '{key}' is '{text}'; expected numbers separated by commas."))];
}
