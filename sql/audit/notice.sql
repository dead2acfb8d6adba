/*
row_en = "Deprecated: the former name of audit.remark, kept for one version; read audit.remark."
row_fr = "Obsolète : ancien nom d'audit.remark, conservé le temps d'une version ; lire audit.remark."
key = ["submission_id", "sheet", "cell", "reason", "message_fr"]
required = ["file", "row_level", "raw_text", "message_en"]
like = "audit.remark"
view = true
*/
FROM audit.remark
