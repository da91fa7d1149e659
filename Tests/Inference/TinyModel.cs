using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Tests.Inference;

/// <summary>logits = flatten(x) W^T + b on 2x3x4 images and 3 classes, as an ONNX file and as arithmetic.</summary>
public static class TinyModel
{
    public const int Classes = 3;

    public static ImageShape Shape { get; } = new(2, 3, 4);

    public static Normalization Normalization { get; } = new([0.25, 0.5], [0.5, 0.25]);

    public static float[] Weight { get; } = Uniform(1, Classes * Shape.Size);

    public static float[] Bias { get; } = Uniform(2, Classes);

    /// <summary>A float32 model, or with <paramref name="pixels"/> one that takes uint8 and normalises.</summary>
    public static ModelProto Create(bool pixels = false)
    {
        GraphProto graph = new() { Name = "tiny" };
        graph.Input.Add(Value("images", pixels ? TensorProto.Types.DataType.Uint8 : TensorProto.Types.DataType.Float, Shape.Channels, Shape.Height, Shape.Width));
        graph.Output.Add(Value("logits", TensorProto.Types.DataType.Float, Classes));
        graph.Initializer.Add(Tensor("weight", Weight, Classes, Shape.Size));
        graph.Initializer.Add(Tensor("bias", Bias, Classes));
        if (pixels)
        {
            graph.Initializer.Add(Tensor("scale", Normalization.Scale(), Shape.Channels, 1, 1));
            graph.Initializer.Add(Tensor("offset", Normalization.Offset(), Shape.Channels, 1, 1));
            NodeProto cast = Node("Cast", "values", "images");
            cast.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (int)TensorProto.Types.DataType.Float });
            graph.Node.Add(cast);
            graph.Node.Add(Node("Mul", "scaled", "values", "scale"));
            graph.Node.Add(Node("Add", "normalized", "scaled", "offset"));
        }

        graph.Node.Add(Node("Flatten", "flat", pixels ? "normalized" : "images"));
        NodeProto gemm = Node("Gemm", "logits", "flat", "weight", "bias");
        gemm.Attribute.Add(new AttributeProto { Name = "transB", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        graph.Node.Add(gemm);

        ModelProto model = new() { IrVersion = OnnxVersions.IrVersion(OnnxVersions.DefaultOpset), Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = OnnxVersions.DefaultOpset });
        model.SetMetadata(ModelMetadata.NormalizedBy, pixels ? ModelMetadata.ByModel : ModelMetadata.ByCaller);
        model.SetMetadata(ModelMetadata.ClassNames, "cat,dog,frog");
        foreach ((string key, string value) in ModelMetadata.Write(Normalization))
        {
            model.SetMetadata(key, value);
        }

        return model;
    }

    /// <summary>A model whose runs have so many images, no more and no less.</summary>
    public static ModelProto WithFixedBatch(int batch)
    {
        ModelProto model = Create();
        model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = batch;
        model.Graph.Output[0].Type.TensorType.Shape.Dim[0].DimValue = batch;
        return model;
    }

    /// <summary>Replaces a property, or with null takes it away.</summary>
    public static void SetMetadata(this ModelProto model, string key, string? value)
    {
        if (model.MetadataProps.FirstOrDefault(property => property.Key == key) is { } old)
        {
            model.MetadataProps.Remove(old);
        }

        if (value is not null)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }
    }

    /// <summary>Images of noise.</summary>
    public static ImageSet Images(int count)
    {
        Random random = new(17);
        byte[] pixels = new byte[count * Shape.Size];
        byte[] labels = new byte[count];
        random.NextBytes(pixels);
        for (int i = 0; i < count; i++)
        {
            labels[i] = (byte)random.Next(Classes);
        }

        return new ImageSet(Shape, pixels, labels);
    }

    /// <summary>What the model answers, in float64 behind the normalisation.</summary>
    public static float[] Logits(ImageSet images)
    {
        float[] values = new float[images.Pixels.Length];
        Normalization.Apply(images.Pixels, values, Shape.PlaneSize);
        float[] logits = new float[images.Count * Classes];
        for (int i = 0; i < logits.Length; i++)
        {
            (int image, int row) = Math.DivRem(i, Classes);
            logits[i] = (float)(Bias[row] + Enumerable.Range(0, Shape.Size).Sum(column => (double)values[(image * Shape.Size) + column] * Weight[(row * Shape.Size) + column]));
        }

        return logits;
    }

    public static ValueInfoProto Value(string name, TensorProto.Types.DataType type, params long[] sizes)
    {
        TensorShapeProto shape = new();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        shape.Dim.Add(sizes.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }

    private static NodeProto Node(string type, string output, params string[] inputs)
    {
        NodeProto node = new() { OpType = type, Name = output };
        node.Input.Add(inputs);
        node.Output.Add(output);
        return node;
    }

    private static TensorProto Tensor(string name, float[] values, params long[] sizes)
    {
        TensorProto tensor = new() { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        tensor.Dims.Add(sizes);
        tensor.FloatData.Add(values);
        return tensor;
    }

    private static float[] Uniform(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
