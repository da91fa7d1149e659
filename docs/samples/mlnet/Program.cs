using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;

// Classifies pictures with ML.NET:  dotnet run -- MODEL.onnx PICTURE...
//
// The model is one that takes pixels and normalises them itself: onnxinit export RUN --embed-normalization --output MODEL.onnx.
// ML.NET's ExtractPixels knows one offset and one scale for all channels, and these networks want one of each per channel.
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: classify-with-mlnet MODEL.onnx PICTURE...");
    return 2;
}

string path = args[0];
(string[] classes, int[] input, TensorElementType type) = Describe(path);
if (type != TensorElementType.UInt8)
{
    Console.Error.WriteLine($"error: '{path}' takes {type}, expected UInt8. Export it with --embed-normalization.");
    return 2;
}

MLContext context = new();
EstimatorChain<OnnxTransformer> pipeline = context.Transforms.LoadImages("image", imageFolder: string.Empty, inputColumnName: nameof(Picture.Path))
    .Append(context.Transforms.ResizeImages("image", imageWidth: input[3], imageHeight: input[2], resizing: ImageResizingEstimator.ResizingKind.IsoCrop))
    .Append(context.Transforms.ExtractPixels("input", "image", interleavePixelColors: false, outputAsFloatArray: false)) // uint8 [3, H, W]
    .Append(context.Transforms.ApplyOnnxModel(new OnnxOptions
    {
        ModelFile = path,
        InputColumns = ["input"],
        OutputColumns = ["logits"],
        ShapeDictionary = new Dictionary<string, int[]> { ["input"] = input, ["logits"] = [1, classes.Length] }, // one picture at a time
    }));

// Nothing is learnt: fitting only checks that the columns fit together.
using TransformerChain<OnnxTransformer> model = pipeline.Fit(context.Data.LoadFromEnumerable(Array.Empty<Picture>()));
using PredictionEngine<Picture, Answer> engine = context.Model.CreatePredictionEngine<Picture, Answer>(model);
foreach (string picture in args[1..])
{
    float[] logits = engine.Predict(new Picture { Path = Path.GetFullPath(picture) }).Logits;
    double sum = logits.Sum(logit => Math.Exp(logit - logits.Max()));
    int best = Array.IndexOf(logits, logits.Max());
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{picture}: {classes[best]} {100 / sum:F4} %"));
}

return 0;

// What the file says about itself, which ML.NET does not show.
static (string[] Classes, int[] Input, TensorElementType Type) Describe(string path)
{
    using InferenceSession session = new(path);
    NodeMetadata input = session.InputMetadata["input"];
    return (session.ModelMetadata.CustomMetadataMap["classes"].Split(','), [1, .. input.Dimensions[1..]], input.ElementDataType);
}

/// <summary>A row that goes in.</summary>
internal sealed class Picture
{
    public string Path { get; set; } = string.Empty;
}

/// <summary>A row that comes out.</summary>
internal sealed class Answer
{
    [ColumnName("logits")]
    public float[] Logits { get; set; } = [];
}
