using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Files;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
using OnnxInit.Inference;

namespace OnnxInit.Cli.Playground;

/// <summary>
/// playground.html: a page that runs the model in a browser, on pictures of the reader and on test images that come with TorchSharp's
/// logits. It holds everything it needs, the runtime included, and opens from the disk.
/// </summary>
internal static class ModelPlayground
{
    /// <summary>The name of the file in a run's folder.</summary>
    public const string FileName = "playground.html";

    /// <summary>A page of 140 MB of text is what browsers still open.</summary>
    internal const long LargestModel = 100_000_000;

    /// <summary>Makes the page of a run.</summary>
    /// <param name="run">The run; its model and its reference are taken.</param>
    /// <param name="test">The images that the reference was computed on.</param>
    /// <param name="onnxRuntimeWeb">A copy of the npm package onnxruntime-web; null to have npm fetch it.</param>
    /// <returns>The file that was written.</returns>
    /// <exception cref="InvalidInputException">
    /// The run has no model or no reference, or they do not belong to the images; the model is too large for a page, or takes no pictures;
    /// onnxruntime-web cannot be had; or the page cannot be written.
    /// </exception>
    public static string Write(RunFolder run, ImageSet test, string? onnxRuntimeWeb = null) =>
        Write(run.Model, ReferenceLogits.Load(run.Reference), test, () => OnnxRuntimeWeb.Open(onnxRuntimeWeb), Path.Combine(run.Path, FileName));

    /// <summary>Makes the page of any model that has a reference.</summary>
    /// <param name="model">The model file.</param>
    /// <param name="reference">The trained model's logits.</param>
    /// <param name="test">The images that the reference was computed on.</param>
    /// <param name="openRuntime">Gives ONNX Runtime Web; asked when everything else is right.</param>
    /// <param name="path">The page to make or to replace.</param>
    internal static string Write(string model, ReferenceLogits reference, ImageSet test, Func<OnnxRuntimeWeb> openRuntime, string path)
    {
        CheckSize(model);
        PlaygroundData data = Describe(model, reference, test);
        OnnxRuntimeWeb runtime = openRuntime();
        string page = PlaygroundPage.Of(data with { RuntimeVersion = runtime.Version }, File.ReadAllBytes(model), PlaygroundImages.Pixels(test, data.Images), runtime);
        AtomicFile.WriteText(path, page);
        return path;
    }

    private static PlaygroundData Describe(string path, ReferenceLogits reference, ImageSet test)
    {
        using OnnxModel model = OnnxModel.Open(path);
        CheckFit(model, reference, test);
        ImageShape shape = model.Input.Image;
        return new()
        {
            Model = Path.GetFileName(path),
            Bytes = new FileInfo(path).Length,
            Digest = model.Digest,
            Input = model.Input.Name,
            Output = OnnxModel.OutputName,
            Channels = shape.Channels,
            Height = shape.Height,
            Width = shape.Width,
            TakesPixels = model.Input.ElementType == OnnxElementType.UInt8,
            Mean = model.Normalization?.Mean ?? [],
            Std = model.Normalization?.Std ?? [],
            Classes = model.ClassNames.Count > 0 ? model.ClassNames : [.. Enumerable.Range(0, model.ClassCount).Select(index => $"class {index}")],
            Images = PlaygroundImages.Choose(reference, model.ClassCount),
        };
    }

    private static void CheckSize(string path)
    {
        if (File.Exists(path) && new FileInfo(path).Length is var bytes && bytes > LargestModel)
        {
            throw new InvalidInputException($"'{path}' has {bytes:N0} bytes, and a playground takes a model of at most {LargestModel:N0}. Leave --playground out, or make the model smaller.");
        }

        if (OnnxFile.Load(path).Graph.Initializer.Any(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External))
        {
            throw new InvalidInputException($"'{path}' keeps its weights in another file, and a playground holds the model in one. Export it without --external-data.");
        }
    }

    private static void CheckFit(OnnxModel model, ReferenceLogits reference, ImageSet test)
    {
        List<string> problems = [];
        if (model.Input.Image.Channels is not (1 or 3))
        {
            problems.Add($"the model takes images of {model.Input.Image.Channels} channels, and pictures have 1 (grey) or 3 (red, green, blue)");
        }

        if (model.Input.ElementType == OnnxElementType.Float32 && model.Normalization is null)
        {
            problems.Add("the model takes normalised values and does not say how they are normalised (metadata normalization.mean and normalization.std)");
        }

        if (test.Shape != model.Input.Image)
        {
            problems.Add($"the images are {test.Shape} and the model takes {model.Input.Image}");
        }

        if (model.ClassCount != reference.ClassCount)
        {
            problems.Add($"the reference has {reference.ClassCount} classes and the model {model.ClassCount}");
        }

        if (reference.Count != test.Count || ImageDigest.Compute(test) != reference.DatasetDigest)
        {
            problems.Add("the reference was computed on other images");
        }

        if (ModelMetadata.ReadStep(model.Metadata) is long step && reference.Step is long referenceStep && step != referenceStep)
        {
            problems.Add($"the model's weights are of step {step} of the training and the reference's of step {referenceStep}");
        }

        if (problems.Count > 0)
        {
            throw new InvalidInputException($"Cannot make a playground of '{model.FilePath}': {string.Join("; ", problems)}. Use the model, the reference and the data of one run.");
        }
    }
}
