/* What jextract reads of the driver API: cuda.h, with the entries that every driver since CUDA 12.0 has. */
#include <cuda.h>

/* The newest header turns the name into a version that came with CUDA 12.8; drivers keep the first one. */
#undef cuEventElapsedTime
CUresult cuEventElapsedTime(float *milliseconds, CUevent start, CUevent end);

/* The newest header knows its third version alone, which came with CUDA 12.3; drivers keep this one. */
CUresult cuStreamGetCaptureInfo_v2(CUstream stream, CUstreamCaptureStatus *status, cuuint64_t *id, CUgraph *graph,
                                   const CUgraphNode **dependencies, size_t *count);
