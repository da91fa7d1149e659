using System.CommandLine;
using OnnxInit.Cli.Data;
using OnnxInit.Cli.Terminal;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Runs;
using OnnxInit.Inference;
using ModelMetadata = OnnxInit.Contracts.Onnx.ModelMetadata;

namespace OnnxInit.Cli.Commands;

/// <summary><c>predict</c>.</summary>
internal static class PredictCommand
{
    public static Command Create(string program)
    {
        Argument<string[]> images = new("images") { Description = "PNG or JPEG files.", HelpName = "IMAGE", Arity = ArgumentArity.OneOrMore };
        Option<string> file = new("--model") { Description = "The model, or a run's folder.", HelpName = "FILE", Required = true };
        Option<int> top = new("--top") { Description = "Classes to name, the most probable first.", DefaultValueFactory = _ => 5 };
        Option<string> fit = new("--fit") { Description = "What becomes of other proportions than the model's: crop (the largest part around the middle) or stretch.", DefaultValueFactory = _ => "crop" };
        fit.AcceptOnlyFromAmong("crop", "stretch");
        Option<int> threads = new("--threads") { Description = "Threads inside one operator; 0: one per physical core.", DefaultValueFactory = _ => 0 };
        OnnxModelArguments arguments = new();
        Command command = Verb.Create(
            "predict", "Say what is on pictures: resized and normalised as the model says, its most probable classes.",
            $"{program} predict cat.jpg --model runs/cnn",
            (parsed, session) =>
            {
                int classes = parsed.GetValue(top) is > 0 and int count ? count : throw new InvalidInputException($"--top is {parsed.GetValue(top)}; expected 1 or more.");
                OnnxModelOptions options = arguments.Read(parsed, parsed.GetValue(threads)) is [OnnxModelOptions only] ? only : throw new InvalidInputException("--provider names several; 'predict' takes one.");
                using OnnxModel model = OnnxModel.Open(ModelFile.Of(parsed.GetValue(file)!), options);
                RequireWhatItTakes(model);
                ImageFit how = parsed.GetValue(fit) == "crop" ? ImageFit.Crop : ImageFit.Stretch;
                byte[][] pixels = [.. parsed.GetValue(images)!.Select(path => ImageFile.Read(path, model.Input.Image, how))]; // all of them, before the first is answered
                ImagePrediction[] predictions = [.. parsed.GetValue(images)!.Zip(pixels, (path, image) => Predict(model, path, image, classes))];
                session.Result(predictions, ValidatorJson.Default.ImagePredictionArray, () => PredictionTable.Show(predictions, session.Console));
                return ExitCode.Done;
            });
        command.Arguments.Add(images);
        foreach (Option option in (Option[])[file, top, fit, threads, .. arguments.Options])
        {
            command.Options.Add(option);
        }

        return command;
    }

    private static ImagePrediction Predict(OnnxModel model, string path, byte[] pixels, int top)
    {
        float[] logits = new float[model.ClassCount];
        double[] probabilities = new double[model.ClassCount];
        model.Run(pixels, logits);
        Prediction.Softmax(logits, probabilities);
        return new(path, [.. Enumerable.Range(0, model.ClassCount)
            .OrderByDescending(label => probabilities[label])
            .Take(top)
            .Select(label => new ClassProbability(label, model.ClassNames[label], probabilities[label], logits[label]))]);
    }

    private static void RequireWhatItTakes(OnnxModel model)
    {
        List<string> missing = [];
        List<string> options = [];
        if (model.Normalization is null && model.Input.ElementType == OnnxElementType.Float32)
        {
            missing.Add($"how to normalise ('{ModelMetadata.Mean}', '{ModelMetadata.Std}')");
            options.Add("--mean and --std");
        }

        if (model.ClassNames.Count == 0)
        {
            missing.Add($"the names of its {model.ClassCount} classes ('{ModelMetadata.ClassNames}')");
            options.Add("--classes");
        }

        if (missing.Count > 0)
        {
            throw new InvalidInputException($"The model '{model.FilePath}' does not say {string.Join(", nor ", missing)} in its metadata. Say it with {string.Join(", and ", options)}.");
        }
    }
}

/// <summary>What a model sees on one picture.</summary>
/// <param name="File">The picture.</param>
/// <param name="Classes">The most probable classes, in order.</param>
internal sealed record ImagePrediction(string File, IReadOnlyList<ClassProbability> Classes);

/// <summary>One class.</summary>
/// <param name="Class">Its index.</param>
/// <param name="Name">Its name.</param>
/// <param name="Probability">Its softmax probability, 0 to 1.</param>
/// <param name="Logit">Its logit.</param>
internal sealed record ClassProbability(int Class, string Name, double Probability, float Logit);
