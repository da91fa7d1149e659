namespace OnnxInit.Cli.Data;

/// <summary>How an image of other proportions becomes what a model takes.</summary>
internal enum ImageFit
{
    /// <summary>The largest part around the middle that has the model's proportions.</summary>
    Crop,

    /// <summary>All of it, distorted.</summary>
    Stretch,
}
