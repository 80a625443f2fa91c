/* What jextract reads of the driver API: cuda.h, with the entries that every driver since CUDA 12.0 has. */
#include <cuda.h>

/* The newest header turns the name into a version that came with CUDA 12.8; drivers keep the first one. */
#undef cuEventElapsedTime
CUresult cuEventElapsedTime(float *milliseconds, CUevent start, CUevent end);
