namespace AttentionGen.Cuda.Attention;

/// <summary>Where a page and a head begin in a tensor map whose last dimension counts both: <c>TensorPlaces</c> of Parameters.cuh.</summary>
internal struct TensorPlaces
{
    public int Page;
    public int Head;
}
